package intake

// Field is what a column of a manifest says about a person.
type Field string

// The fields that columns can be mapped to.
const (
	FieldListNo       Field = "list_no"
	FieldName         Field = "name"  // the full name in one cell
	FieldGiven        Field = "given" // own name; given, father, grandfather and family are joined in this order
	FieldFather       Field = "father"
	FieldGrandfather  Field = "grandfather"
	FieldFamilyName   Field = "family_name"
	FieldByname       Field = "byname" // a surname or a kunya: the heading (اللقب, الكنية) means either, the value decides
	FieldLatin        Field = "latin"  // the name in a second spelling
	FieldKunya        Field = "kunya"
	FieldAlias        Field = "alias"
	FieldMother       Field = "mother"
	FieldSex          Field = "sex"
	FieldBirth        Field = "birth"
	FieldBirthDay     Field = "birth_day"
	FieldBirthMonth   Field = "birth_month"
	FieldBirthYear    Field = "birth_year"
	FieldAge          Field = "age"
	FieldNationality  Field = "nationality"
	FieldDocumentType Field = "document_type"
	FieldDocumentNo   Field = "document_no"
	FieldPassportNo   Field = "passport_no"
	FieldIdentityNo   Field = "identity_no"
	FieldCampNo       Field = "camp_no"   // the number of a camp card, or the internment serial number (ISN)
	FieldHousehold    Field = "household" // the number of the family or household
	FieldRelation     Field = "relation"
	FieldCategory     Field = "category"
	FieldFacility     Field = "facility"
	FieldLanguage     Field = "language"
	FieldHealth       Field = "health"
	FieldAllegation   Field = "allegation"
	FieldRemarks      Field = "remarks"
	FieldCaptured     Field = "captured"
	FieldExtra        Field = "extra" // in a given mapping: keep the column as extra text, whatever its heading
)

// Headings that mean one of two fields, settled once all columns of the sheet are known.
const (
	fieldNameGeneric   Field = "name_generic"    // "الاسم": the full name, or the own name beside a column for the father
	fieldNameOrSurname Field = "name_or_surname" // "Nom": the full name, or the surname beside "Prénom"
)

// several marks the fields that more than one column may fill.
var several = map[Field]bool{
	FieldAlias: true, FieldNationality: true, FieldDocumentNo: true, FieldPassportNo: true, FieldIdentityNo: true, FieldCampNo: true,
	FieldHealth: true, FieldAllegation: true, FieldRemarks: true,
}

// identifying marks the fields of which a list of persons has at least one.
var identifying = map[Field]bool{
	FieldName: true, fieldNameGeneric: true, fieldNameOrSurname: true, FieldGiven: true, FieldLatin: true, FieldKunya: true,
	FieldDocumentNo: true, FieldPassportNo: true, FieldIdentityNo: true, FieldCampNo: true,
}

// fields are all that a given mapping may name.
var fields = map[Field]bool{
	FieldListNo: true, FieldName: true, FieldGiven: true, FieldFather: true, FieldGrandfather: true, FieldFamilyName: true,
	FieldByname: true, FieldLatin: true, FieldKunya: true, FieldAlias: true, FieldMother: true, FieldSex: true, FieldBirth: true,
	FieldBirthDay: true, FieldBirthMonth: true, FieldBirthYear: true, FieldAge: true, FieldNationality: true,
	FieldDocumentType: true, FieldDocumentNo: true, FieldPassportNo: true, FieldIdentityNo: true, FieldCampNo: true,
	FieldHousehold: true, FieldRelation: true, FieldCategory: true, FieldFacility: true, FieldLanguage: true, FieldHealth: true,
	FieldAllegation: true, FieldRemarks: true, FieldCaptured: true, FieldExtra: true,
}

// Fields lists the names that Options.Mapping accepts, in no particular order, for a form or a help text to show.
func Fields() []Field {
	list := make([]Field, 0, len(fields))
	for f := range fields {
		list = append(list, f)
	}
	return list
}
