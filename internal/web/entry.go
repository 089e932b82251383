package web

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/fault"
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
	if way(record.Event) && len(v.veiled) > 0 {
		timeline, err := v.q.Timeline(v.ctx(), record.Person)
		if err != nil {
			return nil, err
		}
		if p.Veiled = v.underway(timeline); p.Veiled {
			p.Event = v.veil(p.Event)
		}
	}
	if !p.Veiled {
		if p.Data, err = dataRows(header.Data); err != nil {
			return nil, err
		}
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
var withheld = map[string]bool{"sealed": true, "injuries": true, "notes": true}

// dataRows gives one row for each value of an entry's data, and one for each list of plain values.
func dataRows(data []byte) ([]DataRow, error) {
	var all map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&all); err != nil {
		return nil, fault.New(fault.Invalid, "entry.data_unreadable", "the entry's data do not read as JSON").Because(err)
	}
	return flatten(nil, "", all), nil
}

func flatten(rows []DataRow, path string, v any) []DataRow {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			_, answers := v[name].(map[string]any)
			member := strings.TrimPrefix(path+"."+name, ".")
			if withheld[name] || (name == "open" && answers) { // the answers of an escort record
				rows = append(rows, DataRow{Name: member, Withheld: true})
				continue
			}
			rows = flatten(rows, member, v[name])
		}
	case []any:
		plain := make([]string, 0, len(v))
		for i, x := range v {
			switch x.(type) {
			case map[string]any, []any:
				rows = flatten(rows, path+"."+strconv.Itoa(i+1), x)
			default:
				plain = append(plain, fmt.Sprint(x))
			}
		}
		if len(plain) > 0 {
			rows = append(rows, DataRow{Name: path, Value: strings.Join(plain, " · ")})
		}
	case nil:
	default:
		if s := fmt.Sprint(v); s != "" {
			rows = append(rows, DataRow{Name: path, Value: s})
		}
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
