// probe URL: ends with 0 when http(s)://... answers with a status below 400, or clamd://HOST:PORT answers PING with PONG.
// For images that carry no program of their own that could ask. Certificates are not checked: it asks its own container.
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const patience = 2 * time.Second

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: probe URL")
		os.Exit(2)
	}
	ask := status
	if strings.HasPrefix(os.Args[1], "clamd://") {
		ask = pong
	}
	said, err := ask(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(said)
}

func status(url string) (string, error) {
	client := http.Client{
		Timeout:   patience,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
	}
	response, err := client.Get(url)
	if err != nil {
		return "", err
	}
	response.Body.Close()
	if response.StatusCode >= 400 {
		return "", fmt.Errorf("%s", response.Status)
	}
	return response.Status, nil
}

func pong(url string) (string, error) {
	connection, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "clamd://"), patience)
	if err != nil {
		return "", err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(patience))
	fmt.Fprint(connection, "zPING\x00")
	said, _ := io.ReadAll(connection)
	if answer := strings.TrimRight(string(said), "\x00\n"); answer != "PONG" {
		return "", fmt.Errorf("clamd says %q", answer)
	}
	return "PONG", nil
}
