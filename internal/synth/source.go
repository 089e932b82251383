package synth

// style is how a date of birth is written.
type style int

const (
	styleISO   style = iota // 1988-04-23
	styleSlash              // 23/04/1988, day first
	styleDot                // 23.04.1988
	styleCell               // a date cell in a workbook, 23/04/1988 elsewhere
	styleYear               // 1988
	styleAge                // "age 35"
	styleAbout              // "about 1988"
	styles
)

// source is one manifest as one clerk of one facility keeps it.
type source struct {
	name     string // of the file
	facility int    // index into facilities
	in       language
	hand     hand
	sections []section
	columns  []field
	birth    style // the usual one of this clerk

	titles     int  // lines above the headings
	cover      bool // a sheet with the totals of the others (workbooks)
	groupHead  bool // two lines of headings, the upper one merged (workbooks)
	totals     bool // a line with the total, and one for the signature, at the end
	coverOff   int  // error of the cover's grand total
	arabicNums bool // dates of birth in Arabic-Indic digits

	comma   rune // of a CSV file; zero for a workbook
	bom     bool
	cp1256  bool // Windows-1256 instead of UTF-8
	adjects bool // nationality as an adjective ("Iraqi"), or the country
	isoCode bool // nationality as the three letters of ISO 3166-1
}

// section is one sheet of a workbook, or all of a CSV file.
type section struct {
	sheet   string // empty for a CSV file
	weights [pools]int
	off     int // error of the stated total
}

// Weights of who is drawn to a list.
var (
	mostlyIraqi   = [pools]int{10, 4, 3, 1, 0}
	mostlySyrian  = [pools]int{3, 10, 2, 1, 0}
	anyMen        = [pools]int{5, 6, 5, 4, 2}
	otherArabs    = [pools]int{2, 3, 10, 3, 0}
	foreigners    = [pools]int{0, 1, 5, 12, 0}
	womenChildren = [pools]int{0, 0, 0, 0, 60}
)

// sources are the manifests of the week. No two are alike: as in reality each
// facility has its own headings, order, alphabet and mistakes.
var sources = []source{
	{
		name: "synthetic-01-hasakah-central.xlsx", facility: 0, in: inArabic, hand: handArabic, birth: styleSlash, adjects: true,
		titles: 3, cover: true, totals: true, coverOff: 1,
		sections: []section{
			{sheet: "الجناح أ", weights: mostlyIraqi},
			{sheet: "الجناح ب", weights: mostlySyrian, off: 1},
			{sheet: "الجناح ج", weights: anyMen},
		},
		columns: []field{colNumber, colFullName, colKunya, colMotherName, colBirth, colNationality, colDocument, colDocumentType, colFacility, colCategory, colAllegation, colHealth, colRemark},
	},
	{
		name: "synthetic-02-hasakah-foreigners.xlsx", facility: 0, in: inEnglish, hand: handEnglish, birth: styleISO,
		titles: 2, totals: true,
		sections: []section{{sheet: "Block 4", weights: foreigners}, {sheet: "Block 5", weights: foreigners, off: -1}},
		columns:  []field{colNumber, colCamp, colFullName, colFatherName, colMotherName, colSex, colBirth, colNationality, colSpoken, colDocument, colDocumentType, colFacility, colCaptured, colCategory, colHealth, colRemark},
	},
	{
		name: "synthetic-03-ghuwayran.xlsx", facility: 1, in: inArabic, hand: handArabic, birth: styleCell,
		titles: 2, groupHead: true, totals: true,
		sections: []section{{sheet: "القاعة 1", weights: mostlySyrian}, {sheet: "القاعة 2", weights: mostlyIraqi, off: 2}},
		columns:  []field{colNumber, colOwnName, colFatherName, colGrandName, colLaqab, colMotherName, colSex, colBirth, colNationality, colDocument, colFacility, colCaptured, colAllegation},
	},
	{
		name: "synthetic-04-shaddadi.xlsx", facility: 2, in: inEnglish, hand: handFrench, birth: styleSlash, adjects: true,
		titles:   1,
		sections: []section{{sheet: "Liste", weights: otherArabs}},
		columns:  []field{colCamp, colLaqab, colOwnName, colFatherName, colBirth, colSex, colNationality, colMotherName, colKunya, colDocument, colFacility, colSpoken, colHealth},
	},
	{
		name: "synthetic-05-malikiyah.xlsx", facility: 3, in: inSorani, hand: handSorani, birth: styleDot,
		titles: 2, totals: true, cover: true,
		sections: []section{{sheet: "هۆڵی ١", weights: anyMen}, {sheet: "هۆڵی ٢", weights: mostlyIraqi}},
		columns:  []field{colNumber, colFullName, colMotherName, colBirth, colNationality, colSex, colDocument, colFacility, colCategory, colHealth, colRemark},
	},
	{
		name: "synthetic-06-qamishli.xlsx", facility: 4, in: inSorani, hand: handSorani, birth: styleYear,
		titles: 1, totals: true,
		sections: []section{{sheet: "لیست", weights: anyMen, off: 1}},
		columns:  []field{colNumber, colOwnName, colFatherName, colGrandName, colLaqab, colKunya, colBirth, colMotherName, colNationality, colDocument, colDocumentType, colFacility, colCaptured},
	},
	{
		name: "synthetic-07-hol-annex.xlsx", facility: 5, in: inArabic, hand: handArabic, birth: styleISO, adjects: true,
		titles: 2, cover: true, totals: true,
		sections: []section{{sheet: "القسم 1", weights: womenChildren}, {sheet: "القسم 2", weights: womenChildren, off: -1}},
		columns:  []field{colNumber, colFamily, colRelation, colFullName, colMotherName, colSex, colBirth, colNationality, colDocument, colFacility, colCamp, colCategory, colHealth, colRemark},
	},
	{
		name: "synthetic-08-raqqa.xlsx", facility: 6, in: inArabic, hand: handArabic, birth: styleSlash, arabicNums: true,
		titles: 2, totals: true,
		sections: []section{{sheet: "ورقة1", weights: mostlySyrian}},
		columns:  []field{colFacility, colNumber, colFullName, colBirth, colMotherName, colNationality, colDocument, colSex, colAllegation, colRemark},
	},
	{
		name: "synthetic-09-tabqa.xlsx", facility: 7, in: inArabic, hand: handArabic, birth: styleAge, adjects: true,
		totals:   true,
		sections: []section{{sheet: "قائمة", weights: mostlySyrian, off: 1}},
		columns:  []field{colNumber, colFullName, colFatherName, colMotherName, colBirth, colNationality, colKunya, colDocument, colFacility, colCategory, colSpoken},
	},
	{
		name: "synthetic-10-shaddadi-annex.xlsx", facility: 2, in: inEnglish, hand: handTurkish, birth: styleDot,
		titles: 2, totals: true,
		sections: []section{{sheet: "Sheet1", weights: foreigners}},
		columns:  []field{colNumber, colFullName, colFatherName, colBirth, colNationality, colMotherName, colDocument, colDocumentType, colFacility, colCategory, colAllegation, colCaptured, colRemark},
	},
	{
		name: "synthetic-11-hasakah-new-arrivals.csv", facility: 0, in: inArabic, hand: handArabic, birth: styleISO, bom: true, comma: ',',
		sections: []section{{weights: anyMen}},
		columns:  []field{colNumber, colFullName, colMotherName, colBirth, colNationality, colSex, colDocument, colDocumentType, colFacility, colCategory, colHealth, colCamp},
	},
	{
		name: "synthetic-12-ghuwayran-old-system.csv", facility: 1, in: inArabic, hand: handArabic, birth: styleSlash, adjects: true, cp1256: true, comma: ';',
		titles: 1, totals: true,
		sections: []section{{weights: mostlySyrian, off: 1}},
		columns:  []field{colNumber, colOwnName, colFatherName, colGrandName, colLaqab, colMotherName, colBirth, colNationality, colDocument, colFacility, colCategory, colRemark},
	},
	{
		name: "synthetic-13-raqqa-old-system.csv", facility: 6, in: inArabic, hand: handArabic, birth: styleYear, cp1256: true, comma: ',',
		sections: []section{{weights: mostlyIraqi}},
		columns:  []field{colFullName, colBirth, colMotherName, colNationality, colSex, colDocument, colFacility, colCategory, colAllegation},
	},
	{
		name: "synthetic-14-qamishli-export.csv", facility: 4, in: inEnglish, hand: handGerman, birth: styleDot, isoCode: true, bom: true, comma: ';',
		totals:   true,
		sections: []section{{weights: foreigners}},
		columns:  []field{colNumber, colLaqab, colOwnName, colFatherName, colMotherName, colSex, colBirth, colNationality, colDocument, colDocumentType, colFacility, colCategory, colCamp, colCaptured, colHealth},
	},
	{
		name: "synthetic-15-malikiyah-families.csv", facility: 3, in: inEnglish, hand: handEnglish, birth: styleISO, adjects: true, comma: ',',
		sections: []section{{weights: womenChildren}},
		columns:  []field{colNumber, colFullName, colMotherName, colSex, colBirth, colNationality, colDocument, colFacility, colFamily, colRelation, colCategory, colHealth, colRemark},
	},
	{
		name: "synthetic-16-tabqa-export.csv", facility: 7, in: inEnglish, hand: handEnglish, birth: styleSlash, comma: ';',
		titles: 2, totals: true,
		sections: []section{{weights: otherArabs, off: -1}},
		columns:  []field{colNumber, colFullName, colKunya, colBirth, colMotherName, colNationality, colDocument, colFacility, colSex, colCategory, colHealth, colRemark},
	},
}

func (s *source) workbook() bool { return s.comma == 0 }

// forFamilies reports whether a section lists women and children.
func (s *section) forFamilies() bool { return s.weights == womenChildren }
