package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/identity"
	"amana/internal/person"
)

// asked is what is known of a person who is looked for.
type asked struct {
	also, kunyas, nationalities, documents []string
	mother, born, sex                      string
}

func (o *options) identitySearch() *cobra.Command {
	var a asked
	var register, model string
	var limit int
	c := &cobra.Command{
		Use:   "search [--register FILE] NAME...",
		Short: "Find who in a register this may be, the likeliest first, and why",
		Long: `Looks for a person in the register, or with --register in a table of people (.tsv) or a manifest (.xlsx, .csv), in any
spelling and script, by all that is known: a name may be left out when something else is given. Words after one another
are one name. A search of the register is on record there.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := a.details(strings.Join(args, " "))
			if err != nil {
				return err
			}
			found, err := o.search(cmd.Context(), register, model, d, limit)
			if err != nil {
				return err
			}
			if o.json {
				return o.print(found)
			}
			if len(found) == 0 {
				fmt.Fprintln(o.out, "nobody")
			}
			for i, f := range found {
				fmt.Fprintf(o.out, "%d. %s\n", i+1, line(f.Person))
				o.explain(f.Explanation)
			}
			return nil
		},
	}
	modelFlag(c, &model)
	f := c.Flags()
	f.StringVar(&register, "register", "", "file to look in instead of the register")
	f.StringArrayVar(&a.also, "also", nil, "another name of the same person (may be repeated)")
	f.StringArrayVar(&a.kunyas, "kunya", nil, "kunya, as Abu Ali (may be repeated)")
	f.StringVar(&a.mother, "mother", "", "name of the mother")
	f.StringVar(&a.born, "born", "", "date of birth: 1990, 1990-04, 1990-04-17 or 1990~")
	f.StringVar(&a.sex, "sex", "", "M or F")
	f.StringSliceVar(&a.nationalities, "nationality", nil, "ISO 3166-1 alpha-3 (may be repeated)")
	f.StringArrayVar(&a.documents, "document", nil, "number of a document (may be repeated)")
	f.IntVar(&limit, "limit", 10, "people to print")
	return c
}

// search looks in a file, or without one in the register.
func (o *options) search(ctx context.Context, file, model string, d person.Details, limit int) ([]answer, error) {
	if file == "" {
		return o.searchRegister(ctx, d, limit)
	}
	base, err := loadModel(model)
	if err != nil {
		return nil, err
	}
	s, err := readSource(ctx, file, time.Now())
	if err != nil {
		return nil, err
	}
	return find(base, s, d, limit), nil
}

// details is what was asked, as a description.
func (a asked) details(name string) (person.Details, error) {
	var d person.Details
	add := func(kind string, names ...string) {
		for _, n := range names {
			if strings.TrimSpace(n) != "" {
				d.Names = append(d.Names, person.Name{Raw: n, Kind: kind})
			}
		}
	}
	add("", name)
	add("alias", a.also...)
	add("kunya", a.kunyas...)
	add("mother", a.mother)
	date, err := civil.Parse(a.born)
	if err != nil {
		return d, err
	}
	d.Birth.Date = date
	switch a.sex {
	case "":
	case "M", "m":
		d.Sex = person.Male
	case "F", "f":
		d.Sex = person.Female
	default:
		return d, fault.New(fault.Invalid, "sex.unknown", "%q is neither M nor F", a.sex)
	}
	for _, n := range a.nationalities {
		d.Claims = append(d.Claims, person.Claim{Country: strings.ToUpper(n)})
	}
	for _, n := range a.documents {
		d.Documents = append(d.Documents, person.Document{Number: n})
	}
	if len(d.Names)+len(d.Documents) == 0 && !d.Birth.Date.Known() {
		return d, fault.New(fault.Invalid, "search.empty", "wanted: a name, a kunya, a date of birth or the number of a document")
	}
	return d, nil
}

// find searches a source and explains the answers.
func find(base *identity.Model, s source, d person.Details, limit int) []answer {
	m, records, numbers := s.records(base)
	x := identity.Build(m, len(records), func(i int) (uint64, *identity.Record) { return numbers[i], records[i] })
	q := m.Record(d)
	out := []answer{}
	for _, h := range x.Search(q, limit) {
		var best *identity.Record // of those the person has, the one that was found
		for i, n := range numbers {
			if n == h.Number && (best == nil || m.Score(q, records[i]) > m.Score(q, best)) {
				best = records[i]
			}
		}
		out = append(out, answer{s.show(h.Number), m.Explain(q, best)})
	}
	return out
}
