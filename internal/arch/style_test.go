package arch

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

// maxLines bounds a file of the program; a longer one is about more than one thing.
const maxLines = 600

// panics are the places that may panic, and why. None of them depends on input.
var panics = map[string]string{
	"internal/identity/model.go": "the shipped weights are part of the program, and a test reads them",
	"internal/trial/register.go": "the names are part of the program, and a test reads them",
	"internal/per/framework.go":  "the framework is embedded: it cannot be read only if the program was built from a broken source, and a test reads it",
	"internal/store/sql.go":      "our own types marshal, or the program is wrong",
	"internal/text/text.go":      "the catalogue is embedded, as the framework is",
	"internal/web/asset.go":      "the assets are embedded, as the framework is",
}

func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	for _, s := range load(t) {
		if !strings.HasSuffix(s.path, "_test.go") && !s.generated && s.lines > maxLines {
			t.Errorf("%s has %d lines, more than %d: split it by concept", s.path, s.lines, maxLines)
		}
	}
}

func TestNothingPanics(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for _, s := range load(t) {
		if s.test || s.generated {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name := selected(call.Fun, "log")
			f, _ := call.Fun.(*ast.Ident)
			if f != nil && f.Name == "panic" || strings.HasPrefix(name, "Fatal") || strings.HasPrefix(name, "Panic") {
				if found[s.path] = true; panics[s.path] == "" {
					t.Errorf("%s: it ends the program: return an error", where(s, n))
				}
			}
			if selected(call.Fun, "os") == "Exit" && s.room != "cmd/amana" {
				t.Errorf("%s: os.Exit: only cmd/amana ends the program", where(s, n))
			}
			return true
		})
	}
	for path := range panics {
		if !found[path] {
			t.Errorf("%s may panic, and does not: take it off the list", path)
		}
	}
}

func TestPackagesAreExplained(t *testing.T) {
	t.Parallel()
	explained := map[string]bool{}
	for _, s := range load(t) {
		folder := s.path[:strings.LastIndex(s.path, "/")]
		name := s.file.Name.Name
		begin := "Package " + name + " "
		if name == "main" {
			begin = "Command "
		}
		is := s.file.Doc != nil && strings.HasPrefix(s.file.Doc.Text(), begin)
		explained[folder] = explained[folder] || is
	}
	for folder, is := range explained {
		if !is {
			t.Errorf("%s has no comment that says what the package is for", folder)
		}
	}
}

// TestExportedIsExplained asks for a comment on everything that another package can use. A group may share one, and so may
// one-line methods of one name that stand line under line.
func TestExportedIsExplained(t *testing.T) {
	t.Parallel()
	for _, s := range load(t) {
		if strings.HasSuffix(s.path, "_test.go") || s.generated {
			continue
		}
		var before *ast.FuncDecl
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && exportedReceiver(d) && d.Doc == nil && !inRow(before, d) {
					t.Errorf("%s: %s has no comment", where(s, d), d.Name.Name)
				}
				before = d
			case *ast.GenDecl:
				checkGroup(t, s, d)
			}
		}
	}
}

func inRow(before, d *ast.FuncDecl) bool {
	return before != nil && before.Name.Name == d.Name.Name &&
		fileSet.Position(before.End()).Line+1 == fileSet.Position(d.Pos()).Line
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	for {
		switch x := typ.(type) {
		case *ast.StarExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.IndexListExpr:
			typ = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return false
		}
	}
}

func checkGroup(t *testing.T, s source, d *ast.GenDecl) {
	t.Helper()
	if d.Tok == token.IMPORT {
		return
	}
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
				t.Errorf("%s: %s has no comment", where(s, spec), spec.Name.Name)
			}
		case *ast.ValueSpec:
			if spec.Names[0].IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
				t.Errorf("%s: %s has no comment", where(s, spec), spec.Names[0].Name)
			}
		}
	}
}

var unfinished = regexp.MustCompile(`\b(TODO|FIXME)\b`)

// TestNothingIsPutOff finds notes of what is to be done, and tests that are passed over.
func TestNothingIsPutOff(t *testing.T) {
	t.Parallel()
	for _, s := range load(t) {
		if s.room == "arch" {
			continue
		}
		for _, group := range s.file.Comments {
			if mark := unfinished.FindString(group.Text()); mark != "" {
				t.Errorf("%s: %s: do it now, or file an issue", where(s, group), mark)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if name := selected(n, "t"); s.test && strings.HasPrefix(name, "Skip") {
				t.Errorf("%s: t.%s: a test runs, or it is no test", where(s, n), name)
			}
			return true
		})
	}
}
