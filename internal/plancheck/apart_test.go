package plancheck

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNothingIsShared holds the checker to types, constants and the rules' names: it may call nothing that is part of planning or reads people, and
// nothing of the solver.
func TestNothingIsShared(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	mayName := []string{ // types and constants
		"Problem", "Person", "Place", "Point", "Proof", "Rule", "Legal", "Nowhere", "AgeUnknown", "Untried", "Convicted", "Repatriation", "AnyLegal",
		"ApartCell", "ApartBlock", "ApartPrison",
	}
	methods := []string{ // of planning's types
		"Juvenile", "Free", "Was", "Pin", "Mothers", "Families", "Even", "Prisons", "Limits", "Unbalance", "Blocks", "Limit", "Courts", "Excluded", "Gap",
	}
	read := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		read++
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			path, is := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), "amana/internal/")
			if is && !slices.Contains([]string{"person", "place", "planfile", "planning"}, path) {
				t.Errorf("%s imports %s", name, path)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			s, is := n.(*ast.SelectorExpr)
			if !is {
				return true
			}
			x, _ := s.X.(*ast.Ident)
			if x != nil && x.Name == "planning" && !strings.HasPrefix(s.Sel.Name, "Rule") && !slices.Contains(mayName, s.Sel.Name) {
				t.Errorf("%s uses planning.%s", name, s.Sel.Name)
			}
			if (x == nil || x.Name != "place") && slices.Contains(methods, s.Sel.Name) {
				t.Errorf("%s calls %s", name, s.Sel.Name)
			}
			return true
		})
	}
	if read < 3 {
		t.Errorf("%d files were read", read)
	}
}
