package cli

import (
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"amana/internal/fault"
	"amana/internal/trial"
)

// readCases reads the pairs of people of nomenklatura's contrib/name_bench/cases.csv, with the group of each and a half of the file. Half
// of them can be looked at while the matcher is made, and the other half is for measuring: the second name decides, so that one name is
// never on both sides.
func readCases(file string) (pairs []trial.Pair, labels []string, err error) {
	f, err := open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close() // only read
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "cases.unreadable", "%s is not a file of cases", file).Because(err)
	}
	var at [5]int
	for i, name := range []string{"case_group", "schema", "name1", "name2", "is_match"} {
		if at[i] = slices.Index(head, name); at[i] < 0 {
			return nil, nil, fault.New(fault.Invalid, "cases.unreadable", "%s has no column %s", file, name)
		}
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return pairs, labels, nil
		}
		if err != nil || len(row) <= slices.Max(at[:]) {
			return nil, nil, fault.New(fault.Invalid, "cases.unreadable", "%s: a row cannot be read", file).Because(err)
		}
		if row[at[1]] != "Person" {
			continue
		}
		plain := strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")
		pairs = append(pairs, trial.Pair{
			A: trial.Row{Name: plain.Replace(row[at[2]])}, B: trial.Row{Name: plain.Replace(row[at[3]])}, Same: row[at[4]] == "true",
		})
		labels = append(labels, "group:"+row[at[0]]+",half:"+halfOf(row[at[3]]))
	}
}

func halfOf(name string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(name)))
	if sum[len(sum)-1]%2 == 0 {
		return "development"
	}
	return "held-out"
}
