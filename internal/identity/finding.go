package identity

import "strings"

// Finding is what came out of one comparison. Its code is stable: it is a key of the catalogues of texts.
type Finding uint8

// Findings about parts of names, and about all else.
const (
	NameSame     Finding = iota // the same part
	NameSpelling                // the same part spelled otherwise
	NameNear                    // nearly the same sounds
	NameTyping                  // a typing or reading error at most
	NameDoubtful                // alike, and perhaps another
	NameJoined                  // two parts written as one
	NameInitial                 // an initial or abbreviation that fits
	NameAbsent                  // one side leaves it out
	NameOrder                   // the same parts in another order
	NameOther                   // contradicts
	NameKin                     // relatives share the rest: what a contradicted part takes from it
	NameWhole                   // parts of a name are not independent: what is too much, or what all of them together add
	KunyaSame
	KunyaOther
	MotherSame
	MotherOther
	BirthSame     // the same day
	BirthAssigned // the same 1 January: given to many whose day is unknown
	BirthSwapped  // day and month swapped
	BirthDigit    // one digit differs
	BirthMonth    // the same month
	BirthYear     // the same year, the day unknown to one side
	BirthAbout    // as near as "about" allows
	BirthNear     // another day of the same year, or one or two years apart
	BirthFar      // up to five years apart
	BirthOther
	SexSame
	SexOther
	NationalitySame
	NationalityOther
	DocumentSame
	DocumentOther // the same kind of document of the same country, another number
	PhotoSame
	PhotoOther
	Relatives // two people of one family: the rule that keeps brothers and twins apart
	Namesakes // two people of one name who were born years apart: what that takes from the name
	Alone     // the name, or the name and a year, alone: the rule by which that is never more than possible
	findings
)

var findingCodes = [findings]string{
	"name.same", "name.spelling", "name.near", "name.typing", "name.doubtful", "name.joined", "name.initial", "name.absent", "name.order", "name.other",
	"name.kin", "name.whole", "kunya.same", "kunya.other", "mother.same", "mother.other", "birth.same", "birth.assigned", "birth.swapped", "birth.digit",
	"birth.month", "birth.year", "birth.about", "birth.near", "birth.far", "birth.other", "sex.same", "sex.other", "nationality.same", "nationality.other",
	"document.same", "document.other", "photo.same", "photo.other", "name.relatives", "name.namesakes", "name.alone",
}

// String gives the code, "field.outcome".
func (f Finding) String() string { return findingCodes[f] }

// Findings lists the codes of all findings.
func Findings() []string { return append([]string(nil), findingCodes[:]...) }

func allFindings() []Finding {
	out := make([]Finding, findings)
	for i := range out {
		out[i] = Finding(i)
	}
	return out
}

// field is what was compared.
func (f Finding) field() string {
	field, _, _ := strings.Cut(f.String(), ".")
	return field
}

// odds tells where in the weights a finding stands; parts of names are weighed by how common they are.
func (f Finding) odds() (field, key string, ok bool) {
	field, key, _ = strings.Cut(f.String(), ".")
	return field, key, field != "name"
}
