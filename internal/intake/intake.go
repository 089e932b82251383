// Package intake reads manifests as real sources hand them over, workbooks and delimited text, into rows of what is said
// about persons, and a report on everything that a human should look at.
//
// A source is read as it is: the header is searched for, its headings are recognised in the languages of the operation,
// the encoding and the separator are guessed, and what was assumed stands in the report. Facts are always recorded: a
// value that cannot be read leaves its row in place with a problem, and only a line that names nobody is not taken.
// Nothing is inferred: a nationality is a claim with its label (norms G6), and an offence is an allegation (norms G2).
//
// Input is hostile until read: sizes, columns, cells, rows and kept problems are bounded. Delimited text is streamed,
// workbooks are held whole up to a limit, and their large sheets are unpacked to the temporary directory.
package intake

import (
	"time"

	"amana/internal/civil"
	"amana/internal/person"
)

// Limits of what is read.
const (
	MaxWorkbook = 64 << 20 // bytes of a workbook; larger lists are to be sent as text
	MaxColumns  = maxColumns
	MaxRows     = 500_000 // rows of persons in one file, when Options does not say otherwise

	maxColumns = 512
)

// Options is how a file is to be read. Only AsOf is required.
type Options struct {
	AsOf        time.Time        // the day of the list: ages count from here and later dates are impossible
	Mapping     map[string]Field // overrides by heading as written, or by column letters; see Fields
	HeaderRow   int              // the 1-based row of the headings in every sheet, at most 300; 0 searches for it
	Facility    string           // the place of detention of rows that state none
	Sex         person.Sex       // of everybody in a sheet without a column for it, as whoever hands the list over says; unknown otherwise
	Encoding    string           // the encoding of text, by its IANA or WHATWG name; empty guesses it
	MonthFirst  bool             // 4/5/1990 is 5 April
	MaxRows     int              // rows of persons; 0 is MaxRows. About 60 bytes are held for each, to find repeated ones
	MaxProblems int              // problems kept in the report, the rest is counted; 0 is 10,000
}

// Row is what one line of a manifest says about one person.
type Row struct {
	File          string            `json:"file"`
	Sheet         string            `json:"sheet,omitempty"`
	Line          int               `json:"line"` // 1-based, as the user sees it in the file
	ListNo        string            `json:"list_no,omitempty"`
	Details       person.Details    `json:"details"`
	Mother        string            `json:"mother,omitempty"`
	Family        string            `json:"family,omitempty"` // the number of the family or household
	Relation      string            `json:"relation,omitempty"`
	Category      string            `json:"category,omitempty"`
	Facility      string            `json:"facility,omitempty"`
	Captured      civil.Date        `json:"captured,omitzero"`
	Health        string            `json:"health,omitempty"`     // for clinicians only (norms G9)
	Allegation    string            `json:"allegation,omitempty"` // never a finding (norms G2)
	Remarks       string            `json:"remarks,omitempty"`
	Extra         map[string]string `json:"extra,omitempty"`          // columns that are not mapped, by heading
	Key           string            `json:"key"`                      // SHA-256 in hex over facility and cells: a row sent twice has the same key
	Child         bool              `json:"child,omitempty"`          // an accompanying child, whose record is not a detainee's (norms R20)
	PossiblyMinor bool              `json:"possibly_minor,omitempty"` // by date of birth or stated age; false when neither is known
}

// Sheet is what was found in one sheet; delimited text is one sheet without a name.
type Sheet struct {
	Name        string   `json:"name,omitempty"`
	HeaderRow   int      `json:"header_row,omitempty"` // 1-based, 0 when there is none
	Mapping     []Mapped `json:"mapping,omitempty"`
	Rows        int      `json:"rows"`                   // rows of persons, taken or not
	Good        int      `json:"good"`                   // rows taken
	Repeated    int      `json:"repeated,omitempty"`     // rows that stand in the file before and were taken once
	StatedTotal *int     `json:"stated_total,omitempty"` // the last total that the sheet states
}

// Report is what a human needs to judge how a file was read.
type Report struct {
	File         string         `json:"file"`
	SHA256       string         `json:"sha256,omitempty"`    // in hex over the file's bytes; empty when it was not read to its end
	Format       string         `json:"format,omitempty"`    // xlsx or csv
	Encoding     string         `json:"encoding,omitempty"`  // of text: the encoding that was assumed
	Separator    string         `json:"separator,omitempty"` // of text: the separator that was assumed
	Sheets       []Sheet        `json:"sheets"`
	Problems     []Problem      `json:"problems"`
	ProblemCount int            `json:"problem_count"` // all problems, kept or not
	Errors       int            `json:"errors"`
	Warnings     int            `json:"warnings"`
	Rules        map[string]int `json:"rules"` // how often each rule was broken
	Rows         int            `json:"rows"`
	Good         int            `json:"good"`
	Repeated     int            `json:"repeated,omitempty"`
}
