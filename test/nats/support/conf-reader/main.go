// Command conf-reader reads a JSON list of nats.conf texts and answers with what NATS' own parser makes of each.
package main

import (
	"encoding/json"
	"os"

	"github.com/nats-io/nats-server/v2/conf"
)

type answer struct {
	Value map[string]any `json:"value"`
	Error string         `json:"error,omitempty"`
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	answers := make([]answer, len(texts))
	for i, text := range texts {
		answers[i] = read(text)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}

// read parses as every version of the server can.
func read(text string) answer {
	value, err := conf.Parse(text)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Value: value}
}
