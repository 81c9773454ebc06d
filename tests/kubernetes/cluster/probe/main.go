// Program probe tries a cluster from within and from outside of it: a server to talk to, and clients of that and others.
//
//	probe pause                          does nothing until it is stopped: it holds a pod's network
//	probe serve ADDRESS                  HTTP: / answers with a line, /work uses the processor for 50 ms, /ws echoes by WebSocket
//	probe connect ADDRESS [SECONDS]      opens a TCP connection: prints "connected", "refused" or "timeout" (default 2 s)
//	probe get URL [HOST]                 prints the answer's body
//	probe websocket URL [HOST]           sends a message to a WebSocket and prints what comes back
//	probe write FILE TEXT, probe read FILE
//
// The exit status is 0 only if it worked.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	commands := map[string]struct {
		arguments int
		run       func(arguments []string) error
	}{
		"pause": {0, pause}, "serve": {1, serve}, "connect": {1, connect}, "get": {1, get}, "websocket": {1, webSocket},
		"write": {2, write}, "read": {1, read},
	}
	if len(os.Args) < 2 {
		exit(2, fmt.Errorf("probe takes a command: pause, serve, connect, get, websocket, write or read"))
	}
	command, known := commands[os.Args[1]]
	if arguments := os.Args[2:]; known && len(arguments) >= command.arguments {
		if err := command.run(arguments); err != nil {
			exit(1, err)
		}
		return
	}
	exit(2, fmt.Errorf("probe %v: unknown, or arguments are missing", os.Args[1:]))
}

func exit(status int, err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(status)
}

// second returns the second argument, which may be left out.
func second(arguments []string, otherwise string) string {
	if len(arguments) > 1 {
		return arguments[1]
	}
	return otherwise
}

func pause([]string) error {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	<-stop
	return nil
}

func write(arguments []string) error {
	return os.WriteFile(arguments[0], []byte(arguments[1]+"\n"), 0o600)
}

func read(arguments []string) error {
	text, err := os.ReadFile(arguments[0])
	os.Stdout.Write(text)
	return err
}
