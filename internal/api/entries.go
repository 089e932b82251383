package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/ledger"
	"amana/internal/store"
	"amana/internal/transfer"
)

// Entry is one entry of the log as it was recorded. In data, numbers stand as the log has them.
type Entry struct {
	Seq        int64             `json:"seq"`
	Kind       string            `json:"kind"`
	OccurredAt time.Time         `json:"occurred_at" doc:"In the world."`
	RecordedAt time.Time         `json:"recorded_at" doc:"In the system."`
	Actor      string            `json:"actor"`
	Person     Number[id.Person] `json:"person,omitzero"`
	Data       json.RawMessage   `json:"data,omitempty" doc:"What the entry says."`
	Withheld   []string          `json:"withheld,omitempty" doc:"Parts of the data that are not shown: sealed medical parts, and a convoy's way from oversight until it has ended."`
}

// walled is the member of an entry's data that only clinicians read (norms G9).
const walled = "sealed"

// entryOfRecord shows a record as it may be shown to this reader.
func entryOfRecord(who authz.Actor, r custody.Record) (Entry, error) {
	data, err := json.Marshal(r.Event)
	if err != nil {
		return Entry{}, fmt.Errorf("writing entry %d: %w", r.Seq, err)
	}
	e := Entry{Seq: r.Seq, Kind: string(r.Event.Kind()), OccurredAt: r.OccurredAt, RecordedAt: r.RecordedAt, Actor: r.Actor, Person: numberOf(r.Person)}
	return e, e.show(who, data)
}

func entryOfRow(who authz.Actor, row *store.Row) (Entry, error) {
	h, err := row.Header()
	if err != nil {
		return Entry{}, fmt.Errorf("reading entry %d: %w", row.Seq, err)
	}
	e := Entry{Seq: h.Seq, Kind: h.Kind, OccurredAt: h.OccurredAt, RecordedAt: h.RecordedAt, Actor: h.Actor, Person: numberOf(id.Person(h.Person))}
	return e, e.show(who, h.Data)
}

// show sets what of the data this reader sees.
func (e *Entry) show(who authz.Actor, data json.RawMessage) error {
	if _, ofConvoy := transfer.Kinds[custody.Kind(e.Kind)]; ofConvoy && who.Role == authz.Overseer && e.Kind != string(transfer.ConvoyClosed{}.Kind()) {
		e.Withheld = []string{"data"} // norms G14: way, times and guards; the convoy itself shows them when it is closed
		return nil
	}
	if !bytes.Contains(data, []byte(`"`+walled+`"`)) {
		e.Data = data
		return nil
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return fmt.Errorf("reading entry %d: %w", e.Seq, err)
	}
	if _, found := parts[walled]; found {
		delete(parts, walled)
		e.Withheld = []string{walled}
	}
	var err error
	if e.Data, err = json.Marshal(parts); err != nil {
		return fmt.Errorf("writing entry %d: %w", e.Seq, err)
	}
	return nil
}

type entriesQuery struct {
	Paging
	After int64 `query:"after" minimum:"0" doc:"Entries after this one."`
}

// EntryPath names an entry in an address.
type EntryPath struct {
	Seq int64 `path:"seq" minimum:"1"`
}

type proofQuery struct {
	EntryPath
	Open []string `query:"open" maxItems:"6" enum:"site,epoch,seq,kind,occurred_at,recorded_at" doc:"Fields of the entry to open; none names anybody."`
}

type proofReply struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (a *API) entries() {
	r := a.Register
	list(a, operation{id: "list-entries", path: "/entries", tag: "Log", summary: "List entries of the log", needs: authz.ReadLog},
		func(ctx context.Context, who authz.Actor, in *entriesQuery, c *cursor, limit int) ([]Entry, error) {
			q, err := r.Reading(who, authz.ReadLog)
			if err != nil {
				return nil, err
			}
			rows, err := q.Rows(ctx, max(c.after, in.After), limit)
			if err != nil {
				return nil, err
			}
			out := make([]Entry, len(rows))
			for i, row := range rows {
				if out[i], err = entryOfRow(who, row); err != nil {
					return nil, err
				}
			}
			return out, nil
		}, func(e Entry) int64 { return e.Seq })
	read(a, operation{id: "read-entry", method: http.MethodGet, path: "/entries/{seq}", tag: "Log", summary: "Read an entry of the log", needs: authz.ReadLog},
		func(ctx context.Context, who authz.Actor, in *EntryPath) (Entry, error) {
			q, err := r.Reading(who, authz.ReadLog)
			if err != nil {
				return Entry{}, err
			}
			row, err := q.Row(ctx, in.Seq)
			if err != nil {
				return Entry{}, err
			}
			return entryOfRow(who, row)
		})
	add(a, operation{
		id: "prove-entry", method: http.MethodGet, path: "/entries/{seq}/proof", tag: "Log", summary: "Prove that an entry stands in the log", needs: authz.ReadLog,
		more: "Text of C2SP tlog-proof. It is checked offline against the log's key, and names nobody.", responses: answers("text/plain", "The proof."),
	}, func(ctx context.Context, c caller, in *proofQuery) (*proofReply, error) {
		q, err := r.Reading(c.actor, authz.ReadLog)
		if err != nil {
			return nil, err
		}
		text, err := prove(ctx, q, in.Seq, in.Open)
		return &proofReply{"text/plain; charset=utf-8", text}, err
	})
}

func prove(ctx context.Context, q store.Queries, seq int64, open []string) ([]byte, error) {
	row, err := q.Row(ctx, seq)
	if err != nil {
		return nil, err
	}
	head, err := q.Head(ctx)
	if err != nil {
		return nil, err
	}
	note, err := q.Checkpoint(ctx, head.Size)
	if err != nil {
		return nil, err
	}
	p := ledger.Proof{Checkpoint: note}
	if p.Leaf, err = row.Leaf(); err != nil {
		return nil, err
	}
	if p.Opening, err = ledger.Open(&row.Entry, open...); err != nil {
		return nil, err
	}
	p.Path, err = ledger.ProveInclusion(head.Size, seq, func(level int, index int64) ([]byte, error) { return q.Tile(ctx, level, index) })
	if err != nil {
		return nil, err
	}
	return p.Marshal()
}
