package arch

import (
	"flag"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write generated pages anew")

// TestEntryKinds holds docs/entry-kinds.md against the types of the domain, from whose comments and tags it is made.
func TestEntryKinds(t *testing.T) {
	t.Parallel()
	p := page{t: t, structs: structs(t), shown: map[string]bool{}}
	p.WriteString(`# The kinds of entries

What the log can say. A kind is retired, never removed, and never changes its meaning. Made from the source by
` + "`make generate`" + `; members marked with ? may be left out. A number has a check digit (internal/id); an account
is a place, a vehicle, the outside or an exit (internal/custody).
`)
	for _, room := range []string{"custody", "transfer"} {
		events := declared(t, room)
		if len(events) == 0 {
			t.Fatalf("%s has no kinds", room)
		}
		for _, e := range events {
			p.object(e.kind, e.typ)
		}
	}
	p.WriteString("\n# Objects within them\n")
	for len(p.referred) > 0 {
		name := p.referred[0]
		p.referred = p.referred[1:]
		p.object(name, name)
	}
	file := filepath.Join(root, "docs", "entry-kinds.md")
	if *update {
		if err := os.WriteFile(file, []byte(p.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(was), p.String()); diff != "" {
		t.Errorf("docs/entry-kinds.md is not what the source says: run make generate (- page, + source)\n%s", diff)
	}
}

// event is a type that is the data of an entry.
type event struct{ typ, kind string }

// declared finds the events of a room, in the order of their Kind methods.
func declared(t *testing.T, room string) []event {
	t.Helper()
	var events []event
	for _, s := range load(t) {
		if s.room != room || s.test {
			continue
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				if kind, ok := kindOf(f); ok {
					events = append(events, event{room + "." + types.ExprString(f.Recv.List[0].Type), kind})
				}
			}
		}
	}
	return events
}

// kindOf reads the kind that a method Kind returns.
func kindOf(d *ast.FuncDecl) (string, bool) {
	if d.Recv == nil || d.Name.Name != "Kind" || len(d.Body.List) != 1 {
		return "", false
	}
	ret, ok := d.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return "", false
	}
	value, ok := ret.Results[0].(*ast.BasicLit)
	if !ok {
		return "", false
	}
	kind, err := strconv.Unquote(value.Value)
	return kind, err == nil
}

// object is a struct with its comment.
type object struct {
	room, text string
	fields     *ast.FieldList
}

// structs are those of the rooms whose types stand in entries, by qualified name.
func structs(t *testing.T) map[string]object {
	t.Helper()
	all := map[string]object{}
	for _, s := range load(t) {
		if s.test || !slices.Contains([]string{"custody", "transfer", "person", "place"}, s.room) {
			continue
		}
		for _, d := range s.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, spec := range g.Specs {
				typ := spec.(*ast.TypeSpec)
				if body, ok := typ.Type.(*ast.StructType); ok {
					text := strings.Join(strings.Fields(g.Doc.Text()), " ")
					all[s.room+"."+typ.Name.Name] = object{s.room, text, body.Fields}
				}
			}
		}
	}
	return all
}

// page is docs/entry-kinds.md as it grows.
type page struct {
	strings.Builder
	t        *testing.T
	structs  map[string]object
	shown    map[string]bool
	referred []string
}

// object writes a struct under a title, with a row for each member.
func (p *page) object(title, name string) {
	o := p.structs[name]
	fmt.Fprintf(p, "\n## `%s`\n\n%s\n\n| member | holds | note |\n|---|---|---|\n", title, o.text)
	for _, f := range o.fields.List {
		tag := ""
		if f.Tag != nil {
			tag, _ = strconv.Unquote(f.Tag.Value) // the compiler has read it
		}
		member, options, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		if member == "" {
			p.t.Errorf("%s: a member of an entry has no name for JSON", fileSet.Position(f.Pos()))
		}
		if strings.Contains(options, "omit") {
			member += "?"
		}
		note := strings.ReplaceAll(strings.Join(strings.Fields(f.Doc.Text()+" "+f.Comment.Text()), " "), "|", `\|`)
		fmt.Fprintf(p, "| `%s` | %s | %s |\n", member, p.holds(o.room, f.Type), note)
	}
}

// plain are types that JSON shows in a form of their own.
var plain = map[string]string{
	"string": "text", "bool": "true or false", "int": "integer", "int64": "integer", "json.RawMessage": "object",
	"time.Time": "moment, RFC 3339", "civil.Date": "date, EDTF", "place.Code": "code of a place", "custody.Account": "account",
	"id.Other": "number",
}

// holds says what a field holds in words for whoever reads JSON and not Go.
func (p *page) holds(room string, typ ast.Expr) string {
	switch x := typ.(type) {
	case *ast.ArrayType:
		if types.ExprString(x.Elt) == "byte" {
			return "bytes in base64"
		}
		return "list: " + p.holds(room, x.Elt)
	case *ast.MapType:
		return p.holds(room, x.Key) + " to " + p.holds(room, x.Value)
	case *ast.StarExpr:
		return p.holds(room, x.X)
	}
	name := types.ExprString(typ)
	if plain[name] == "" && !strings.Contains(name, ".") {
		name = room + "." + name
	}
	if _, is := p.structs[name]; is && plain[name] == "" && !p.shown[name] {
		p.shown[name] = true
		p.referred = append(p.referred, name)
	}
	noun, isNumber := strings.CutPrefix(name, "id.")
	switch {
	case plain[name] != "":
		return plain[name]
	case isNumber:
		return "number of a " + strings.ToLower(noun)
	}
	return "`" + name + "`"
}
