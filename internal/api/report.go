package api

import "amana/internal/intake"

// Report is what a human needs to judge how a manifest was read.
type Report struct {
	Format       string         `json:"format,omitempty" enum:",xlsx,csv"`
	Encoding     string         `json:"encoding,omitempty" doc:"Of text: the encoding that was assumed."`
	Separator    string         `json:"separator,omitempty"`
	Sheets       []Sheet        `json:"sheets"`
	Problems     []CellProblem  `json:"problems"`
	ProblemCount int            `json:"problem_count" doc:"All problems, those beyond the list too."`
	Errors       int            `json:"errors" doc:"Problems for which a row was not taken."`
	Warnings     int            `json:"warnings"`
	Rules        map[string]int `json:"rules" doc:"How often each rule was broken."`
	Rows         int            `json:"rows"`
	Good         int            `json:"good"`
	Repeated     int            `json:"repeated,omitempty"`
}

// Sheet is what was found in one sheet; delimited text is one sheet without a name.
type Sheet struct {
	Name        string   `json:"name,omitempty"`
	HeaderRow   int      `json:"header_row,omitempty" doc:"From 1; absent when there is none."`
	Mapping     []Column `json:"mapping"`
	Rows        int      `json:"rows"`
	Good        int      `json:"good"`
	Repeated    int      `json:"repeated,omitempty"`
	StatedTotal *int     `json:"stated_total,omitempty" doc:"The last total that the sheet states."`
}

// Column is what one column was understood as.
type Column struct {
	Column     string  `json:"column" doc:"Letters, as a spreadsheet shows them."`
	Header     string  `json:"header" doc:"As written."`
	Field      string  `json:"field,omitempty" doc:"Absent when the column is kept as extra text."`
	Confidence float64 `json:"confidence" doc:"0 to 1; 1 is a heading known by heart, or one given by the caller."`
}

func columnOf(m intake.Mapped) Column {
	return Column{m.Column, m.Header, string(m.Field), m.Confidence}
}

// CellProblem is one thing that a person should look at, and where it stands in the file.
type CellProblem struct {
	Sheet    string `json:"sheet,omitempty"`
	Row      int    `json:"row,omitempty" doc:"From 1; absent when it concerns the whole."`
	Column   string `json:"column,omitempty" doc:"Letters, as a spreadsheet shows them."`
	Header   string `json:"header,omitempty"`
	Field    string `json:"field,omitempty"`
	Rule     string `json:"rule"`
	Severity string `json:"severity" enum:"error,warning"`
	Value    string `json:"value,omitempty"`
	Message  string `json:"message"`
}

func reportOf(r *intake.Report) *Report {
	if r == nil {
		return nil
	}
	return &Report{
		Format: r.Format, Encoding: r.Encoding, Separator: r.Separator, ProblemCount: r.ProblemCount, Errors: r.Errors, Warnings: r.Warnings,
		Rules: r.Rules, Rows: r.Rows, Good: r.Good, Repeated: r.Repeated,
		Sheets: each(r.Sheets, func(s intake.Sheet) Sheet {
			return Sheet{s.Name, s.HeaderRow, each(s.Mapping, columnOf), s.Rows, s.Good, s.Repeated, s.StatedTotal}
		}),
		Problems: each(r.Problems, func(p intake.Problem) CellProblem {
			return CellProblem{p.Sheet, p.Row, p.Column, p.Header, string(p.Field), p.Rule, string(p.Severity), p.Value, p.Message}
		}),
	}
}
