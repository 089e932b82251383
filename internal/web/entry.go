package web

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/ledger"
	"amana/internal/store"
)

// Entry is one entry of the log.
type Entry struct {
	Frame
	Event
	Header      ledger.Header
	ID          string
	Signature   string
	Person      string
	Data        []DataRow
	Previous    string // address of the entry before
	Next        string
	LogSize     int64
	Differences []DifferenceLine
	Veiled      bool
}

// DataRow is one value of an entry's data, with its path in the data.
type DataRow struct {
	Name, Value string
	Withheld    bool
}

func entry(v *visit) (templ.Component, error) {
	seq, err := parseSeq(v.req.PathValue("seq"))
	if err != nil {
		return nil, err
	}
	row, err := v.q.Row(v.ctx(), seq)
	if err != nil {
		return nil, err
	}
	record, err := store.Decode(&row.Entry)
	if err != nil {
		return nil, err
	}
	header, err := row.Header()
	if err != nil {
		return nil, err
	}
	hash, err := row.ID()
	if err != nil {
		return nil, err
	}
	head, err := v.q.Head(v.ctx())
	if err != nil {
		return nil, err
	}
	p := Entry{Frame: v.frame("", v.T("entry.numbered", "Entry", v.Digits(number(seq)))), Header: header, ID: hash.String(), Signature: hex.EncodeToString(row.Sig[:]), LogSize: head.Size}
	if record.Person != 0 {
		// An entry about a person is part of the file: whoever reads it has read in the file (norms G12).
		if _, err := v.r.Reading(v.actor, authz.ReadPeople); err != nil {
			return nil, err
		}
		if err := v.q.Read(v.ctx(), v.now, v.actor.Name, record.Person, "entry "+number(seq)); err != nil {
			return nil, err
		}
		p.Person = number(record.Person)
	}
	p.Veiled = v.veiled[convoyOfEvent(record.Event)]
	p.Event = v.event(p.Frame, record, record.Person)
	if !p.Veiled {
		p.Data = dataRows(header.Data)
	}
	if seq > 1 {
		p.Previous = "/entries/" + number(seq-1)
	}
	if seq < head.Size {
		p.Next = "/entries/" + number(seq+1)
	}
	return entryPage(p), nil
}

// withheld are the members of entries that no page shows: medical answers and notes, and what is sealed (norms G9).
var withheld = map[string]bool{"sealed": true, "open": true, "injuries": true, "notes": true}

// rowLimit keeps the page of an entry with a long list readable; the whole is in the log's export.
const rowLimit = 200

// dataRows flattens an entry's data into one row for each value.
func dataRows(data []byte) []DataRow {
	var rows []DataRow
	var walk func(path string, d *json.Decoder)
	walk = func(path string, d *json.Decoder) {
		t, err := d.Token()
		if err != nil {
			return
		}
		switch t {
		case json.Delim('{'):
			for d.More() {
				name, err := d.Token()
				if err != nil {
					return
				}
				member := strings.TrimPrefix(path+"."+fmt.Sprint(name), ".")
				if withheld[fmt.Sprint(name)] {
					var skip json.RawMessage
					if d.Decode(&skip) == nil {
						rows = append(rows, DataRow{Name: member, Withheld: true})
					}
					continue
				}
				walk(member, d)
			}
			_, _ = d.Token() // }
		case json.Delim('['):
			for i := 1; d.More(); i++ {
				walk(fmt.Sprintf("%s.%d", path, i), d)
			}
			_, _ = d.Token() // ]
		default:
			if t != nil && fmt.Sprint(t) != "" {
				rows = append(rows, DataRow{Name: path, Value: fmt.Sprint(t)})
			}
		}
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	walk("", d)
	if len(rows) > rowLimit {
		rows = append(rows[:rowLimit], DataRow{Name: "…", Value: fmt.Sprintf("+%d", len(rows)-rowLimit)})
	}
	return rows
}

// proof hands out the offline proof that an entry is in the log; nothing of what it says is in it.
func proof(v *visit) (templ.Component, error) {
	seq, err := parseSeq(v.req.PathValue("seq"))
	if err != nil {
		return nil, err
	}
	p, err := v.q.Prove(v.ctx(), seq)
	if err != nil {
		return nil, err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("amana-entry-%d.proof", seq)))
	h.Set("Cache-Control", "no-store")
	if _, err := v.w.Write(p); err != nil {
		return nil, errAnswered
	}
	return nil, errAnswered
}
