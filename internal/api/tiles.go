package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/mod/sumdb/tlog"

	"amana/internal/fault"
)

const (
	tileHeight = 8 // C2SP tlog-tiles
	forever    = "public, max-age=31536000, immutable"
)

// publicLog serves what anybody may have (C2SP tlog-tiles): the checkpoint and the tiles of hashes. Nothing in them is about a
// person, and no sign-in is asked for.
func (a *API) publicLog() {
	a.mux.HandleFunc("GET "+Prefix+"/log/checkpoint", func(w http.ResponseWriter, r *http.Request) {
		conditional(w, r, a.checkpoint) // the log grows with every commit: a stored copy is asked about again
	})
	a.mux.HandleFunc("GET "+Prefix+"/log/tile/{path...}", a.tile)
	paths := a.huma.OpenAPI().Paths
	public := []map[string][]string{}
	paths[Prefix+"/log/checkpoint"] = &huma.PathItem{Get: &huma.Operation{
		OperationID: "read-checkpoint", Tags: []string{"Log"}, Summary: "Read the newest signed checkpoint", Security: public,
		Description: "A signed note (C2SP tlog-checkpoint). Public: it holds no personal data.", Responses: answers("text/plain", "The note."),
	}}
	paths[Prefix+"/log/tile/{level}/{index}"] = &huma.PathItem{Get: &huma.Operation{
		OperationID: "read-tile", Tags: []string{"Log"}, Summary: "Read a tile of hashes", Security: public,
		Description: "C2SP tlog-tiles; the index is written in groups of three digits with slashes, x001/x234/067, and a partial tile ends in .p/WIDTH. Public: it holds no personal data.",
		Parameters: []*huma.Param{
			{Name: "level", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeInteger}},
			{Name: "index", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
		},
		Responses: answers("application/octet-stream", "32 bytes for each hash."),
	}}
}

func (a *API) checkpoint(w http.ResponseWriter, r *http.Request) {
	note, err := a.Log.Checkpoint(r.Context(), 0)
	if err != nil {
		Write(w, a.explain(r.Context(), caller{request: r.Header.Get("X-Request-Id")}, err))
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(note) // the client is gone
}

func (a *API) tile(w http.ResponseWriter, r *http.Request) {
	data, err := a.tileData(r)
	if err != nil {
		Write(w, a.explain(r.Context(), caller{request: r.Header.Get("X-Request-Id")}, err))
		return
	}
	head := w.Header()
	head.Set("Content-Type", "application/octet-stream")
	head.Set("Cache-Control", forever) // the hashes of a tile never change, those of a partial one neither
	head.Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data) // the client is gone
}

// tileData reads the tile that a path names. A partial tile is the beginning of what the full one will be.
func (a *API) tileData(r *http.Request) ([]byte, error) {
	none := fault.New(fault.NotFound, "tile.not_found", "the log has no such tile")
	path := r.PathValue("path")
	if strings.HasPrefix(path, "data/") || len(path) > 100 {
		return nil, none
	}
	t, err := tlog.ParseTilePath("tile/" + strconv.Itoa(tileHeight) + "/" + path)
	if err != nil || t.L < 0 {
		return nil, none
	}
	data, err := a.Log.Tile(r.Context(), t.L, t.N)
	if err != nil {
		return nil, err
	}
	if size := t.W * tlog.HashSize; len(data) >= size {
		return data[:size], nil
	}
	return nil, none
}
