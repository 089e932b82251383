package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"amana/internal/authz"
	"amana/internal/store"
)

const (
	eventsPath = "/events"
	settle     = 100 * time.Millisecond // commits that follow each other this closely are one event
	poll       = time.Second            // other servers of the same database commit too
	heartbeat  = 15 * time.Second
	streamLife = time.Hour // then the client comes again, and its sign-in is looked at again
)

// Changed says that the log has grown.
type Changed struct {
	Size       int64     `json:"size" doc:"Entries in the log; also the id of the event."`
	RecordedAt time.Time `json:"recorded_at"`
}

type eventsQuery struct {
	LastEventID int64 `header:"Last-Event-ID" minimum:"0" doc:"Size of the log that the client saw last; without it, the stream begins with the present one."`
}

type eventsReply struct{ Body func(huma.Context) }

func answers(mediaType, what string) map[string]*huma.Response {
	return map[string]*huma.Response{
		"200":     {Description: what, Content: map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: huma.TypeString}}}},
		"default": {Description: "Error", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}}},
	}
}

func (a *API) events() {
	add(a, operation{
		id: "watch", method: http.MethodGet, path: eventsPath, tag: "Log", summary: "Be told when something changes", needs: authz.ReadFigures,
		more:      "Server-sent events: `changed` with the size of the log and the moment of its last entry. Read again what is on the screen.",
		responses: answers("text/event-stream", "Events named changed, whose data is {\"size\": 17, \"recorded_at\": \"2026-03-01T10:00:00Z\"}."),
	}, func(_ context.Context, c caller, in *eventsQuery) (*eventsReply, error) {
		return &eventsReply{func(ctx huma.Context) {
			r, w := humago.Unwrap(ctx)
			if err := a.stream(r.Context(), w, in.LastEventID); err != nil {
				a.Logger.ErrorContext(r.Context(), "stream of events failed", "request", c.request, "err", err)
			}
		}}, nil
	})
}

// stream tells of changes until the client goes, the program stops or the stream has lived long enough.
func (a *API) stream(ctx context.Context, w http.ResponseWriter, seen int64) error {
	ctx, cancel := context.WithTimeout(ctx, streamLife)
	defer cancel()
	out := http.NewResponseController(w)
	_ = out.SetReadDeadline(time.Time{}) // a recorder in a test has none
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	send := func(text string) bool {
		_ = out.SetWriteDeadline(time.Now().Add(2 * heartbeat))
		_, err := fmt.Fprint(w, text)
		return err == nil && out.Flush() == nil
	}
	if !send("retry: 2000\n\n") {
		return nil
	}
	beat, tick := time.NewTicker(heartbeat), time.NewTicker(poll)
	defer beat.Stop()
	defer tick.Stop()
	for {
		next := a.Register.Changed() // before the log is read, so that no commit is missed
		head, err := a.head.read(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if head.Size != seen {
			seen = head.Size
			data, err := json.Marshal(Changed{head.Size, head.RecordedAt})
			if err != nil {
				return err
			}
			if !send("id: " + strconv.FormatInt(seen, 10) + "\nevent: changed\ndata: " + string(data) + "\n\n") {
				return nil
			}
		}
		select {
		case <-next:
			select {
			case <-time.After(settle):
			case <-ctx.Done():
			}
		case <-tick.C:
		case <-beat.C:
			if !send(": still here\n\n") {
				return nil
			}
		case <-a.Stopping:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// recentHead reads where the log stands at most once in half the time in which commits settle, for however many streams.
type recentHead struct {
	mu   sync.Mutex
	log  Log
	at   time.Time
	last store.Head
}

func (h *recentHead) read(ctx context.Context) (store.Head, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.at) < settle/2 {
		return h.last, nil
	}
	head, err := h.log.Head(ctx)
	if err == nil {
		h.at, h.last = time.Now(), head
	}
	return head, err
}
