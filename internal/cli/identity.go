package cli

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"amana/internal/fault"
	"amana/internal/identity"
)

func (o *options) identity() *cobra.Command {
	c := &cobra.Command{
		Use:   "identity",
		Short: "Find who in a register may be one person, see why, and measure how well that works",
		Long: `Compares people by name, birth, sex, nationalities and documents, in any spelling and script. Every answer comes with
its evidence and what each piece is worth, in bits: ten bits are a thousand times more often seen in one person than in
two. An answer is a lead for a human. Nobody is merged by a machine, and nothing is concluded from a name but that it
is like another.

Files are tab-separated UTF-8 with headings. A register or queries: id name dob nat sex; rows with one id are further
names of one person. Pairs: name_a dob_a nat_a sex_a name_b dob_b nat_b sex_b same. Dates are 1990, 1990-04 or 1990-04-17,
nationalities ISO 3166-1 alpha-3, several joined by commas; sex is M or F. Cells may be empty.`,
	}
	c.AddCommand(o.identitySearch(), o.identityPairs(), o.identityEval(), o.identityRank(), o.identityGenerate(), o.identityLearn(), o.identityReport())
	return c
}

// modelFlag lets a command take weights from a file.
func modelFlag(c *cobra.Command, file *string) {
	c.Flags().StringVar(file, "model", "", "file of weights; default: those the program is shipped with")
}

// loadModel reads weights, the shipped ones for an empty name.
func loadModel(file string) (*identity.Model, error) {
	if file == "" {
		return identity.Default(), nil
	}
	f, err := open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	return identity.Read(f)
}

func open(file string) (*os.File, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fault.New(fault.Invalid, "file.unreadable", "%s cannot be read", file).Because(err)
	}
	return f, nil
}

// write makes a file and hands it to a function.
func write(file string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fault.New(fault.Invalid, "file.unwritable", "%s cannot be written", file).Because(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	return errors.Join(fill(w), w.Flush(), f.Close())
}

// labels are the slices that the lines of a file belong to, by line; the file of labels has as many lines as the other.
type labels [][]string

// readLabels reads labels, joined by commas, a line for each line of the file they are about; none for an empty name.
func readLabels(file string) (labels, error) {
	if file == "" {
		return nil, nil
	}
	f, err := open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()                                // only read
	all, known := labels{nil}, map[string]string{} // lines count from 1
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var list []string
		for l := range strings.SplitSeq(lines.Text(), ",") {
			if l == "" {
				continue
			}
			if _, there := known[l]; !there {
				known[l] = l
			}
			list = append(list, known[l])
		}
		all = append(all, list)
	}
	if err := lines.Err(); err != nil {
		return nil, fault.New(fault.Invalid, "file.unreadable", "%s cannot be read", file).Because(err)
	}
	return all, nil
}

// of gives the labels of a line.
func (l labels) of(line int) []string {
	if line < 1 || line >= len(l) {
		return nil
	}
	return l[line]
}
