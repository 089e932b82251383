package intake

import (
	"slices"
)

// Severity says whether a row was taken in spite of its problem.
type Severity string

// The severities of a problem.
const (
	Error   Severity = "error"   // the row was not taken
	Warning Severity = "warning" // the row was taken, the value needs a look
)

// Problem is one thing that a person should look at: where it stands in the file as the user sees it, and the rule.
type Problem struct {
	File     string   `json:"file"`
	Sheet    string   `json:"sheet,omitempty"`
	Row      int      `json:"row,omitempty"`    // 1-based line of the file or row of the sheet, 0 when it concerns the whole
	Column   string   `json:"column,omitempty"` // letters, as a spreadsheet shows them
	Header   string   `json:"header,omitempty"`
	Field    Field    `json:"field,omitempty"`
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Value    string   `json:"value,omitempty"` // as written, shortened to 120 characters
	Message  string   `json:"message"`         // English; other languages are looked up under Rule
}

// The rules of whole files; a file that breaks one is refused with a fault.
const (
	ruleFileEmpty       = "file.empty"
	ruleFileTooLarge    = "file.too_large"
	ruleFileTooManyRows = "file.too_many_rows"
	ruleFileBroken      = "file.broken"
	ruleFileNested      = "file.nested_archive"
	ruleFileEncrypted   = "file.encrypted"
	ruleFileOldExcel    = "file.old_excel"
	ruleFileUnsupported = "file.unsupported"
	ruleFileUnreadable  = "file.unreadable"
	ruleFileNoHeader    = "file.no_header"
	ruleOptionAsOf      = "intake.as_of_missing"
	ruleOptionField     = "mapping.unknown_field"
	ruleOptionEncoding  = "encoding.unknown"
)

// The rules of sheets, lines, cells and values.
const (
	ruleSheetNoHeader        = "sheet.no_header"
	ruleSheetHidden          = "sheet.hidden"
	ruleMappingUnused        = "mapping.unused"
	ruleColumnDuplicate      = "column.duplicate_field"
	ruleTotalMismatch        = "total.mismatch"
	ruleRowNobody            = "row.nobody"
	ruleRowRepeated          = "row.repeated"
	ruleRowNotPerson         = "row.not_person"
	ruleRowTooWide           = "row.too_wide"
	ruleLineTooLong          = "line.too_long"
	ruleLineQuote            = "line.stray_quote"
	ruleCellTooLong          = "cell.too_long"
	ruleCellControl          = "cell.control_character"
	ruleCellEncoding         = "cell.encoding"
	ruleCellFormula          = "cell.formula_error"
	ruleListDuplicate        = "list_no.duplicate"
	ruleBirthUnreadable      = "birth.unreadable"
	ruleBirthImpossible      = "birth.impossible"
	ruleBirthCalendar        = "birth.other_calendar"
	ruleBirthMonthFirst      = "birth.month_first"
	ruleBirthCentury         = "birth.century_assumed"
	ruleBirthAge             = "birth.age_differs"
	ruleAgeUnreadable        = "age.unreadable"
	ruleAgeImpossible        = "age.impossible"
	ruleAgeRange             = "age.range"
	ruleCaptureUnreadable    = "capture.unreadable"
	ruleCaptureImpossible    = "capture.impossible"
	ruleSexUnresolved        = "sex.unresolved"
	ruleNationalityUnknown   = "nationality.unresolved"
	ruleLanguageUnresolved   = "language.unresolved"
	ruleDocumentLossy        = "document.number_shortened"
	ruleMinorAmongAdults     = "minor.in_adult_list"
	shownValue               = 120
	defaultProblems, maxCell = 10_000, 10_000
)

// messages are the English texts of the problems.
var messages = map[string]string{
	ruleSheetNoHeader:      "no row of headings was recognised in this sheet, so no person was read from it",
	ruleSheetHidden:        "this sheet is hidden in the workbook; it was read all the same",
	ruleMappingUnused:      "the given mapping names a heading or column that the file does not have",
	ruleColumnDuplicate:    "another column holds this field already; this one is kept as extra text",
	ruleTotalMismatch:      "the stated total differs from the persons listed",
	ruleRowNobody:          "neither a name nor a document is given, so nobody can be registered from this row",
	ruleRowRepeated:        "the same row stands in this file before; it was taken once",
	ruleRowNotPerson:       "this line was not read as a person",
	ruleRowTooWide:         "the row has more columns than are read; the rest was left out",
	ruleLineTooLong:        "the line is longer than is read; the rest was left out",
	ruleLineQuote:          "a quotation mark is opened and not closed; the line was read without its quotation marks",
	ruleCellTooLong:        "the text was shortened",
	ruleCellControl:        "the text held control characters, which were left out",
	ruleCellEncoding:       "some bytes do not belong to the assumed encoding and were replaced",
	ruleCellFormula:        "the cell holds the error of a formula and was read as empty",
	ruleListDuplicate:      "the same list number stands in this file before",
	ruleBirthUnreadable:    "the date of birth could not be read and is kept as unknown",
	ruleBirthImpossible:    "the date of birth does not exist, lies before 1900 or in the future, and is kept as unknown",
	ruleBirthCalendar:      "the date of birth is of another calendar and is kept as unknown",
	ruleBirthMonthFirst:    "the date can only be read as month/day/year; check the other dates of this column",
	ruleBirthCentury:       "the year has two digits; the century was assumed",
	ruleBirthAge:           "the age does not fit the date of birth",
	ruleAgeUnreadable:      "the age could not be read",
	ruleAgeImpossible:      "nobody reaches this age",
	ruleAgeRange:           "a range of ages is given; its middle was taken",
	ruleCaptureUnreadable:  "the date of capture could not be read and is kept as unknown",
	ruleCaptureImpossible:  "the date of capture does not exist, lies before 1900 or in the future, and is kept as unknown",
	ruleSexUnresolved:      "the sex could not be read and is kept as unknown",
	ruleNationalityUnknown: "the nationality names no country of ISO 3166-1; it is kept as a label and no country was assumed",
	ruleLanguageUnresolved: "the language was not recognised; it is kept as extra text",
	ruleDocumentLossy:      "the number was shortened by a spreadsheet before it was sent; ask for the original",
	ruleMinorAmongAdults:   "this person is or may be under 18, and the list calls itself adult",
}

// Rules lists the ids of all rules that a report or a fault of this package can name, sorted, for the catalogues of other languages.
func Rules() []string {
	all := []string{
		ruleFileEmpty, ruleFileTooLarge, ruleFileTooManyRows, ruleFileBroken, ruleFileNested, ruleFileEncrypted, ruleFileOldExcel,
		ruleFileUnsupported, ruleFileUnreadable, ruleFileNoHeader, ruleOptionAsOf, ruleOptionField, ruleOptionEncoding,
	}
	for r := range messages {
		all = append(all, r)
	}
	slices.Sort(all)
	return all
}

// note records a problem: counted always, kept up to the limit.
func (r *reader) note(p Problem) {
	rep := r.report
	rep.ProblemCount++
	rep.Rules[p.Rule]++
	if p.Severity == Error {
		rep.Errors++
	} else {
		p.Severity = Warning
		rep.Warnings++
	}
	if len(rep.Problems) >= r.opt.MaxProblems {
		return
	}
	p.File = r.report.File
	p.Value = shorten(p.Value, shownValue)
	if p.Message == "" {
		p.Message = messages[p.Rule]
	}
	rep.Problems = append(rep.Problems, p)
}
