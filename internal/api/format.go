package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/danielgtaylor/huma/v2"
)

// maxNesting is how deep objects and lists may stand in each other in a body.
const maxNesting = 32

// jsonFormat reads and writes the bodies of all operations.
var jsonFormat = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal}

// unmarshal reads JSON. As messages of huma do, its errors begin with their rule. It refuses what is nested too deeply or holds
// text that a database does not take.
func unmarshal(data []byte, v any) error {
	if depth(data) > maxNesting {
		return fmt.Errorf("body.nested|objects and lists stand in each other at most %d deep", maxNesting)
	}
	if bytes.Contains(data, []byte(`\u0000`)) {
		return errors.New("text.malformed|the body holds a character that no text has")
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("body.malformed|the body is not JSON as this operation reads it: %w", err)
	}
	return nil
}

// depth counts how deep brackets stand in each other outside of strings; it looks at each byte once.
func depth(data []byte) int {
	deepest, now, quoted := 0, 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}
