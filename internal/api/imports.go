package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/intake"
	"amana/internal/place"
	"amana/internal/register"
)

const (
	maxImport  = 64 << 20
	importTime = 15 * time.Minute // for the file to come over a poor line
)

type importQuery struct {
	Filename   string `query:"filename" maxLength:"300" doc:"Name of a file that is sent as the body itself."`
	AsOf       Date   `query:"as_of" doc:"Day of the list; without it, today."`
	Place      string `query:"place" maxLength:"100" doc:"Where people are whose row names no recognised place."`
	HeaderRow  int    `query:"header_row" minimum:"0" maximum:"1000" doc:"Row of the headings; 0 searches for it."`
	Encoding   string `query:"encoding" maxLength:"50" doc:"Of text; without it, guessed."`
	MonthFirst bool   `query:"month_first" doc:"4/5/1990 is 5 April."`

	Mapping []string `query:"mapping,explode" maxItems:"200" doc:"heading=field, as often as needed."`

	Ground    string `query:"ground" maxLength:"100" doc:"On which everybody on the list is held."`
	Authority string `query:"authority" maxLength:"200"`
	Order     string `query:"order" maxLength:"200"`
	Until     Date   `query:"until"`

	w http.ResponseWriter
	r *http.Request
}

// Resolve keeps the request, whose body is read as it comes and never held whole.
func (in *importQuery) Resolve(ctx huma.Context) []error {
	in.r, in.w = humago.Unwrap(ctx)
	return nil
}

// Imported tells what became of a manifest.
type Imported struct {
	File       string  `json:"file"`
	SHA256     string  `json:"sha256"`
	Unchanged  bool    `json:"unchanged" doc:"The same file was imported before: nothing was done."`
	Registered int     `json:"registered" doc:"People registered now."`
	Known      int     `json:"known" doc:"Rows that were registered before."`
	Duplicates []Pair  `json:"duplicates" doc:"Records that may be one person; a human decides."`
	Report     *Report `json:"report" doc:"Columns as they were understood, and every value that needs a look."`
}

// Pair is two records that may be one person, and why. It is on the work list.
type Pair struct {
	Record Number[id.Person] `json:"record" doc:"The newer record."`
	Other  Number[id.Person] `json:"other"`
	Bits   float64           `json:"bits"`
	Band   string            `json:"band" enum:"likely,possible"`
	Why    string            `json:"why" doc:"What speaks for it, strongest first." example:"document name"`
}

func (a *API) imports() {
	op := operation{
		id: "import", path: "/imports", tag: "Imports", summary: "Import a manifest", needs: authz.Import,
		more: "A workbook or delimited text, as multipart/form-data with one file, or as the body itself with its name in the query. " +
			"Good rows are kept and bad values reported with sheet, row, column and rule. A file that was imported before changes nothing.",
	}
	write(a, op, a.importFile)
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	a.huma.OpenAPI().Paths[Prefix+op.path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: binary},
		"multipart/form-data":      {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": binary}, Required: []string{"file"}}},
	}}
}

func (a *API) importFile(ctx context.Context, by register.By, in *importQuery) (Imported, error) {
	opt, err := in.options(a.Clock())
	if err != nil {
		return Imported{}, err
	}
	line := http.NewResponseController(in.w)
	deadline := time.Now().Add(importTime)
	_ = line.SetReadDeadline(deadline) // a recorder in a test has none
	_ = line.SetWriteDeadline(deadline.Add(time.Minute))
	in.r.Body = http.MaxBytesReader(in.w, in.r.Body, maxImport)
	body, name, size, err := in.file()
	if err != nil {
		return Imported{}, tooLarge(err)
	}
	out, err := a.Register.Import(ctx, by, name, body, size, opt)
	if err != nil {
		return Imported{}, tooLarge(err)
	}
	return Imported{
		File: out.File, SHA256: out.SHA256, Unchanged: out.Unchanged, Registered: out.Registered, Known: out.Known, Report: reportOf(out.Report),
		Duplicates: each(out.Duplicates, func(p register.Pair) Pair {
			return Pair{numberOf(p.Record), numberOf(p.Other), p.Bits, string(p.Band), p.Why}
		}),
	}, nil
}

func (in *importQuery) options(now time.Time) (register.ImportOptions, error) {
	opt := register.ImportOptions{
		Options: intake.Options{AsOf: now, HeaderRow: in.HeaderRow, Encoding: in.Encoding, MonthFirst: in.MonthFirst},
		Place:   place.Code(in.Place), Grounds: custody.Grounds{Ground: in.Ground, Authority: in.Authority, Order: in.Order, Until: in.Until.Date},
	}
	if d := in.AsOf; d.Known() {
		opt.AsOf = time.Date(d.Year, time.Month(max(d.Month, 1)), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
	}
	for i, m := range in.Mapping {
		cut := strings.LastIndexByte(m, '=')
		if cut < 1 {
			return opt, &fault.Error{
				Kind: fault.Invalid, Rule: "mapping.malformed", Message: "a mapping is heading=field",
				Fields: []fault.Field{{Name: "mapping", Row: i + 1, Rule: "mapping.malformed", Value: m}},
			}
		}
		if opt.Mapping == nil {
			opt.Mapping = map[string]intake.Field{}
		}
		opt.Mapping[m[:cut]] = intake.Field(m[cut+1:])
	}
	return opt, register.CheckOrder(opt.Grounds)
}

// file finds the file in the request: its bytes as they come, its name, and its length or -1.
func (in *importQuery) file() (io.Reader, string, int64, error) {
	mediaType, _, _ := mime.ParseMediaType(in.r.Header.Get("Content-Type"))
	if mediaType != "multipart/form-data" {
		if in.Filename == "" {
			return nil, "", 0, bad("filename", "field.required", "a file that is the body itself has its name in the query")
		}
		return in.r.Body, fileName(in.Filename), in.r.ContentLength, nil
	}
	parts, err := in.r.MultipartReader()
	if err != nil {
		return nil, "", 0, malformed("body.malformed", "the body is not multipart/form-data")
	}
	for range 100 {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "", 0, errors.Join(malformed("body.malformed", "the body is not multipart/form-data"), err)
		}
		if part.FileName() != "" {
			return part, fileName(part.FileName()), -1, nil
		}
	}
	return nil, "", 0, bad("file", "field.required", "no file was sent")
}

// fileName keeps the last part of a name, as text.
func fileName(s string) string {
	s = strings.ToValidUTF8(path.Base(strings.ReplaceAll(s, `\`, "/")), "�")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 200 {
		s = string(r[len(r)-200:])
	}
	return s
}

// tooLarge tells a body beyond the limit, or one that ended early, from other failures.
func tooLarge(err error) error {
	var limit *http.MaxBytesError
	if errors.As(err, &limit) {
		return fault.New(fault.TooLarge, "body.too_large", "a file has at most %d bytes", limit.Limit)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) && fault.As(err).Kind == fault.Internal {
		return errors.Join(malformed("body.malformed", "the file ended before its end"), fmt.Errorf("reading a file: %w", err))
	}
	return err
}
