package synth

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// windows1256 has no letter for the Persian and Kurdish yeh; old systems wrote
// the Arabic one.
var windows1256 = strings.NewReplacer("ی", "ي", "ێ", "ي", "ە", "ه")

// encodeCSV writes a list as spreadsheets export it: every line with the same
// number of separators, lines end in CR LF.
func encodeCSV(src *source, s *sheet) ([]byte, error) {
	var b bytes.Buffer
	if src.bom {
		b.WriteString("\ufeff")
	}
	out := csv.NewWriter(&b)
	out.Comma, out.UseCRLF = src.comma, true
	record := make([]string, len(src.columns))
	for _, cells := range s.rows {
		clear(record)
		for i, v := range cells {
			record[i] = plain(v, "02/01/2006")
		}
		if err := out.Write(record); err != nil {
			return nil, fmt.Errorf("encode csv: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return nil, fmt.Errorf("encode csv: %w", err)
	}
	if !src.cp1256 {
		return b.Bytes(), nil
	}
	old, err := charmap.Windows1256.NewEncoder().String(windows1256.Replace(b.String()))
	if err != nil {
		return nil, fmt.Errorf("encode windows-1256: %w", err)
	}
	return []byte(old), nil
}
