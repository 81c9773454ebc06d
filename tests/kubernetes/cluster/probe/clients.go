package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

const timeLimit = 5 * time.Second

func connect(arguments []string) error {
	seconds, err := strconv.Atoi(second(arguments, "2"))
	if err != nil {
		return err
	}
	connection, err := net.DialTimeout("tcp", arguments[0], time.Duration(seconds)*time.Second)
	var timeout net.Error
	switch {
	case err == nil:
		fmt.Println("connected")
		return connection.Close()
	case errors.As(err, &timeout) && timeout.Timeout():
		fmt.Println("timeout")
	case errors.Is(err, syscall.ECONNREFUSED):
		fmt.Println("refused")
	}
	return err
}

func get(arguments []string) error {
	request, err := http.NewRequest(http.MethodGet, arguments[0], nil)
	if err != nil {
		return err
	}
	request.Host = second(arguments, request.Host)
	answer, err := (&http.Client{Timeout: timeLimit}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err = io.Copy(os.Stdout, io.LimitReader(answer.Body, 1<<20)); err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New(answer.Status)
	}
	return err
}

func webSocket(arguments []string) error {
	dialer := websocket.Dialer{HandshakeTimeout: timeLimit}
	headers := http.Header{}
	if host := second(arguments, ""); host != "" {
		headers.Set("Host", host)
	}
	connection, answer, err := dialer.Dial(arguments[0], headers)
	if err != nil {
		if answer != nil {
			err = fmt.Errorf("%w: %s", err, answer.Status)
		}
		return err
	}
	defer connection.Close()
	if err := errors.Join(connection.SetReadDeadline(time.Now().Add(timeLimit)), connection.WriteMessage(websocket.TextMessage, []byte("echo"))); err != nil {
		return err
	}
	_, message, err := connection.ReadMessage()
	fmt.Println(string(message))
	return err
}
