package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/gorilla/websocket"
)

func serve(arguments []string) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	handler := http.NewServeMux()
	handler.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "hello from %s%s\n", host, r.URL.Path) })
	handler.HandleFunc("/work", func(w http.ResponseWriter, _ *http.Request) {
		for end := time.Now().Add(50 * time.Millisecond); time.Now().Before(end); {
		}
		fmt.Fprintln(w, "worked")
	})
	handler.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		connection, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return // Upgrade has answered
		}
		defer connection.Close()
		connection.SetReadLimit(4096)
		for {
			kind, message, err := connection.ReadMessage()
			if err != nil || connection.WriteMessage(kind, message) != nil {
				return
			}
		}
	})
	server := &http.Server{Addr: arguments[0], Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		_ = pause(nil)
		_ = server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}
