// Package mrz reads the machine readable zone of travel documents: the two or three lines of OCR-B at the foot of a passport,
// an identity card or a visa (ICAO Doc 9303 parts 3 to 7).
//
// A zone is typed, pasted or scanned, so what arrives has blanks, lower case, broken and joined lines, and letters that a
// machine took for digits. A check digit that does not fit loses nothing: it is reported, and the value it covers counts as
// unverified. What a check digit cannot find stays unfound: the weights 7, 3, 1 and the modulus 10 do not tell characters
// apart whose values differ by ten (A and K, 1 and B), and in no format does any check digit cover the name, the sex, the
// nationality or the issuer.
//
// Nothing is inferred from a name (norms G6), and a spelling in the zone never replaces the one in Arabic: it is a
// transliteration by the tables of part 3, section 6, and given as it stands.
package mrz

import (
	"time"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/person"
)

// Format is the size and kind of a document, by the name that Doc 9303 gives it.
type Format string

// The formats, with the lines and columns of their zones.
const (
	TD1  Format = "TD1"   // 3 × 30: identity cards (part 5)
	TD2  Format = "TD2"   // 2 × 36: larger cards (part 6)
	TD3  Format = "TD3"   // 2 × 44: passports (part 4)
	MRVA Format = "MRV-A" // 2 × 44: visas (part 7)
	MRVB Format = "MRV-B" // 2 × 36: smaller visas (part 7)
)

// The fields of a zone, as checks, corrections and problems name them.
const (
	FieldType        = "type"
	FieldIssuer      = "issuer"
	FieldNumber      = "number"
	FieldNationality = "nationality"
	FieldName        = "name"
	FieldBirth       = "birth"
	FieldSex         = "sex"
	FieldExpiry      = "expiry"
	FieldOptional    = "optional"
	FieldComposite   = "composite" // the check digit over all others
)

// The rules that a zone can break.
const (
	RuleTooLarge   = "mrz.too_large"   // more text than any zone has
	RuleCharacter  = "mrz.character"   // a character that no zone has, with its line and column
	RuleNoFiller   = "mrz.no_filler"   // no < at all: this is some other text
	RuleLength     = "mrz.length"      // lines that fit no format
	RuleCheckDigit = "mrz.check_digit" // the check digit of the field is another than the field asks for
	RuleType       = "mrz.type"        // a document code that does not belong to the format
	RuleCode       = "mrz.code"        // a code of a state or organisation that neither ISO 3166-1 nor Doc 9303 has
	RuleDate       = "mrz.date"        // a date that is not in the calendar
	RuleSex        = "mrz.sex"         // neither M, F, < nor X
	RuleName       = "mrz.name"        // a name that is missing, has a digit, or is parted more than once
)

// Zone is what a machine readable zone says.
type Zone struct {
	Format      Format        `json:"format"`
	Lines       []string      `json:"lines"`       // the zone after correction, each line as long as the format asks
	Type        string        `json:"type"`        // document code: P, PD, ID, V …
	Issuer      string        `json:"issuer"`      // code of Doc 9303 part 3 section 5, as it stands: IRQ, D, UNO; see Country
	Number      string        `json:"number"`      // with the part that a long number has among the optional data
	Nationality string        `json:"nationality"` // code as it stands, as for the issuer
	Surname     string        `json:"surname"`     // primary identifier
	GivenNames  string        `json:"given_names"` // secondary identifier; empty for whoever has one name only
	Truncated   bool          `json:"truncated"`   // the name fills its field, so that it must be assumed to be cut short (part 5 section 4.2.3)
	Birth       civil.Date    `json:"birth"`
	BirthText   string        `json:"birth_text"` // the six characters, YYMMDD, of which any may be <
	Sex         person.Sex    `json:"sex"`        // < and X are unspecified, that is, unknown
	Expiry      civil.Date    `json:"expiry"`     // unknown for a document that does not expire
	Optional    []string      `json:"optional"`   // data of the issuer's choice, by field of the format
	Checks      []Check       `json:"checks"`
	Unchecked   []string      `json:"unchecked"` // fields that no check digit covers in this format
	Corrections []Correction  `json:"corrections,omitempty"`
	Problems    []fault.Field `json:"problems,omitempty"` // every value that breaks a rule: its field, line, rule and text
}

// Check is one check digit.
type Check struct {
	Field    string `json:"field"`
	Expected string `json:"expected"` // the digit that the data asks for
	Found    string `json:"found"`    // the character in its place
	OK       bool   `json:"ok"`
}

// Correction is a character that was taken for another one: the alphabet of its field allows only letters or only digits, and
// the check digit became right by it. Where no check digit covers the field (see Zone.Unchecked), the alphabet alone decides.
type Correction struct {
	Field  string `json:"field"`
	Line   int    `json:"line"`   // 1-based, in Zone.Lines
	Column int    `json:"column"` // 1-based
	From   string `json:"from"`
	To     string `json:"to"`
}

// Verified reports whether a check digit covers the field and is right. It is false for every field of Unchecked.
func (z *Zone) Verified(field string) bool {
	own, composite := false, false
	for _, c := range z.Checks {
		switch {
		case c.Field == field && c.OK:
			return true
		case c.Field == field:
			own = true
		case c.Field == FieldComposite:
			composite = c.OK
		}
	}
	return field == FieldOptional && !own && composite // in TD1 and TD2 the composite digit alone covers the optional data
}

// maxText bounds the text of one zone; 90 characters are the most that a zone has.
const maxText = 4 << 10

// Parse reads one zone. The lines may be broken, joined, indented, in lower case, and may lack the fillers at their end.
// A date of two digits is set into its century by the day on: nobody is born after it, and documents expire within fifty
// years of it. Of several ways to read the text the one with most right check digits is taken,
// and among those the one that mends least.
//
// It fails only for text in which no zone can be seen, with the rules RuleTooLarge, RuleCharacter, RuleNoFiller and
// RuleLength. Everything else is in Zone.Problems.
func Parse(text string, on time.Time) (*Zone, error) {
	if len(text) > maxText {
		return nil, fault.New(fault.TooLarge, RuleTooLarge, "the text has %d bytes; a zone has at most 90 characters", len(text))
	}
	rows, err := clean(text)
	if err != nil {
		return nil, err
	}
	var best *Zone
	fewest := 0
	for i := range layouts {
		for _, d := range layouts[i].fit(rows) {
			z := layouts[i].read(d.lines, on)
			if best == nil || z.score() > best.score() || z.score() == best.score() && d.mended < fewest {
				best, fewest = z, d.mended
			}
		}
	}
	if best == nil {
		return nil, misfit(rows)
	}
	return best, nil
}

// score is how much speaks for a reading: right check digits, less the wrong ones.
func (z *Zone) score() int {
	n := 0
	for _, c := range z.Checks {
		if c.OK {
			n++
		} else {
			n--
		}
	}
	return n
}
