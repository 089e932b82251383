package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/identity"
	"amana/internal/intake"
	"amana/internal/person"
)

// source is where people are looked for: a file of people or a manifest.
type source struct {
	count int                                           // descriptions; one person may have several
	at    func(i int) (number uint64, d person.Details) // whose it is, and what it says
	show  func(number uint64) described
}

// described is a person as shown in an answer.
type described struct {
	ID            string     `json:"id"` // of the file of people; in a manifest, the sheet and row
	Names         []string   `json:"names"`
	Birth         civil.Date `json:"birth,omitzero"`
	Nationalities []string   `json:"nationalities,omitempty"`
	Sex           person.Sex `json:"sex,omitempty"`
	Line          int        `json:"line,omitempty"` // of the file
}

// readSource reads people from a file, by its ending: a table of people (.tsv), or a manifest as a real source hands it over.
func readSource(ctx context.Context, file string, asOf time.Time) (source, error) {
	if strings.EqualFold(filepath.Ext(file), ".tsv") {
		l, err := readRegister(file)
		if err != nil {
			return source{}, err
		}
		return source{
			count: len(l.parts),
			at:    func(i int) (uint64, person.Details) { return l.parts[i].number, l.details(l.parts[i]) },
			show: func(number uint64) described {
				r := l.row(number)
				return described{r.ID, l.names(number), r.Birth, r.Nats, r.Sex, r.Line}
			},
		}, nil
	}
	return readManifest(ctx, file, asOf)
}

// readManifest reads every row of a manifest as a person of its own.
func readManifest(ctx context.Context, file string, asOf time.Time) (source, error) {
	f, err := open(file)
	if err != nil {
		return source{}, err
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return source{}, fault.New(fault.Invalid, "file.unreadable", "%s cannot be read", file).Because(err)
	}
	var rows []intake.Row
	_, err = intake.Read(ctx, filepath.Base(file), f, info.Size(), intake.Options{AsOf: asOf}, func(r intake.Row) error {
		if r.Mother != "" {
			r.Details.Names = append(r.Details.Names, person.Name{Raw: r.Mother, Kind: "mother"})
		}
		rows = append(rows, r)
		return nil
	})
	if err != nil {
		return source{}, err
	}
	if len(rows) == 0 {
		return source{}, fault.New(fault.Invalid, "file.empty", "%s has no rows", file)
	}
	return source{
		count: len(rows),
		at:    func(i int) (uint64, person.Details) { return uint64(i), rows[i].Details },
		show: func(number uint64) described {
			r := rows[number]
			d := described{ID: fmt.Sprintf("%d", r.Line), Birth: r.Details.Birth.Date, Sex: r.Details.Sex, Line: r.Line}
			if r.Sheet != "" {
				d.ID = fmt.Sprintf("%s!%d", r.Sheet, r.Line)
			}
			for _, n := range r.Details.Names {
				d.Names = append(d.Names, n.Raw)
			}
			for _, c := range r.Details.Claims {
				d.Nationalities = append(d.Nationalities, c.Country)
			}
			return d
		},
	}, nil
}

// records prepares all descriptions, for a model with the names of the source counted.
func (s source) records(base *identity.Model) (m *identity.Model, records []*identity.Record, numbers []uint64) {
	records, numbers = make([]*identity.Record, s.count), make([]uint64, s.count)
	f := identity.NewFrequencies()
	for i := range records {
		number, d := s.at(i)
		records[i], numbers[i] = base.Record(d), number
		f.Add(records[i])
	}
	return base.WithFrequencies(f), records, numbers
}

// answer is a person found, with the reasons.
type answer struct {
	Person described `json:"person"`
	identity.Explanation
}

// proposal is two descriptions that may be of one person, with the reasons.
type proposal struct {
	A described `json:"a"`
	B described `json:"b"`
	identity.Explanation
}
