package synth

// language of a list's headings and remarks; also the index into a text.
type language int

const (
	inArabic language = iota
	inSorani
	inEnglish
)

// text says the same in Arabic, Sorani and English.
type text [3]string

// field is one column of a list.
type field string

const (
	colNumber       field = "number"
	colFullName     field = "name"
	colOwnName      field = "own"
	colFatherName   field = "father"
	colGrandName    field = "grandfather"
	colLaqab        field = "laqab"
	colKunya        field = "kunya"
	colMotherName   field = "mother"
	colSex          field = "sex"
	colBirth        field = "birth"
	colNationality  field = "nationality"
	colDocument     field = "document"
	colDocumentType field = "document_type"
	colFacility     field = "facility"
	colFamily       field = "family"
	colRelation     field = "relation"
	colCategory     field = "category"
	colAllegation   field = "allegation"
	colHealth       field = "health"
	colSpoken       field = "language"
	colCamp         field = "camp"
	colCaptured     field = "captured"
	colRemark       field = "remark"
)

// headings are the wordings of each column; a list uses one of them.
var headings = map[field][3][]string{
	colNumber:       {{"ت", "الرقم", "م", "التسلسل"}, {"ژ", "ژمارە"}, {"No.", "#", "Serial"}},
	colFullName:     {{"الاسم الكامل", "الاسم الرباعي واللقب", "اسم النزيل", "الاسم"}, {"ناوی تەواو", "ناوی چواری"}, {"Full name", "Name of detainee", "Name"}},
	colOwnName:      {{"الاسم الأول", "الاسم"}, {"ناو"}, {"First name", "Given name"}},
	colFatherName:   {{"اسم الأب", "الأب"}, {"ناوی باوک"}, {"Father's name", "Father"}},
	colGrandName:    {{"اسم الجد", "الجد"}, {"ناوی باپیر"}, {"Grandfather's name", "Grandfather"}},
	colLaqab:        {{"اللقب", "النسبة", "الشهرة"}, {"نازناوی خێزان"}, {"Family name", "Surname"}},
	colKunya:        {{"الكنية", "اسم الشهرة"}, {"نازناو"}, {"Kunya", "Alias"}},
	colMotherName:   {{"اسم الأم", "اسم الوالدة", "الأم"}, {"ناوی دایک"}, {"Mother's name", "Mother", "Name of mother"}},
	colSex:          {{"الجنس"}, {"ڕەگەز"}, {"Sex", "Gender"}},
	colBirth:        {{"تاريخ الميلاد", "المواليد", "تاريخ الولادة"}, {"ڕێکەوتی لەدایکبوون", "لەدایکبوون"}, {"Date of birth", "DOB", "Born"}},
	colNationality:  {{"الجنسية", "البلد"}, {"ڕەگەزنامە", "نەتەوە"}, {"Nationality", "Claimed nationality", "Citizenship"}},
	colDocument:     {{"رقم الوثيقة", "رقم الهوية", "رقم المستمسك"}, {"ژمارەی ناسنامە", "ژمارەی بەڵگەنامە"}, {"Document no.", "ID number", "Passport / ID no."}},
	colDocumentType: {{"نوع الوثيقة", "نوع المستمسك"}, {"جۆری بەڵگەنامە"}, {"Document type", "Type of ID"}},
	colFacility:     {{"مكان الاحتجاز", "السجن", "مكان التوقيف"}, {"شوێنی دەستبەسەری", "زیندان"}, {"Facility", "Place of detention"}},
	colFamily:       {{"رقم العائلة", "رقم الأسرة"}, {"ژمارەی خێزان"}, {"Family no.", "Family number"}},
	colRelation:     {{"صلة القرابة", "الصلة"}, {"پەیوەندی"}, {"Relation", "Relationship"}},
	colCategory:     {{"الفئة", "التصنيف"}, {"پۆل"}, {"Category"}},
	colAllegation:   {{"التهمة المنسوبة", "الادعاء"}, {"تۆمەت"}, {"Allegation", "Alleged offence"}},
	colHealth:       {{"الحالة الصحية", "ملاحظات صحية"}, {"باری تەندروستی"}, {"Health", "Medical notes"}},
	colSpoken:       {{"اللغة"}, {"زمان"}, {"Language", "Language spoken"}},
	colCamp:         {{"رقم المخيم", "رقم التسجيل"}, {"ژمارەی کەمپ"}, {"ISN", "Camp no."}},
	colCaptured:     {{"تاريخ القبض", "تاريخ الاحتجاز"}, {"ڕێکەوتی دەستگیرکردن"}, {"Date of capture", "Captured on"}},
	colRemark:       {{"الملاحظات", "ملاحظات"}, {"تێبینی"}, {"Remarks", "Comments"}},
}

// facilities are places where people are held before the transfer.
var facilities = []text{
	{"سجن الحسكة المركزي", "زیندانی ناوەندی حەسەکە", "Hasakah Central Prison"},
	{"سجن غويران", "زیندانی غوێران", "Ghuwayran Prison"},
	{"سجن الشدادي", "زیندانی شەدادی", "Shaddadi Prison"},
	{"سجن المالكية", "زیندانی دێرک", "Malikiyah Prison"},
	{"سجن القامشلي", "زیندانی قامیشلۆ", "Qamishli Prison"},
	{"ملحق مخيم الهول", "پاشکۆی کەمپی هۆڵ", "Hol Camp Annex"},
	{"سجن الرقة المركزي", "زیندانی ناوەندی ڕەققە", "Raqqa Central Prison"},
	{"سجن الطبقة", "زیندانی تەبقە", "Tabqa Prison"},
}

var (
	adultMales  = text{"ذكور بالغون", "نێرینەی پێگەیشتوو", "adult males"}
	families    = text{"نساء وأطفال", "ژنان و منداڵان", "women and children"}
	listOf      = text{"قائمة المحتجزين", "لیستی دەستبەسەرکراوان", "List of detainees"}
	synthetic   = text{"بيانات اصطناعية للتدريب", "داتای دروستکراو بۆ ڕاهێنان", "Synthetic data for training"}
	total       = text{"المجموع الكلي", "کۆی گشتی", "Total"}
	signature   = text{"توقيع مدير السجن: ..................", "واژۆی بەڕێوەبەر: ..................", "Signature of the director: .................."}
	summary     = text{"الخلاصة", "پوختە", "Summary"}
	nameGroup   = text{"الاسم", "ناو", "Name"}
	child       = [2]text{{"طفل", "منداڵ", "child"}, {"طفلة", "منداڵ", "child"}}
	motherOf    = text{"أم", "دایک", "mother"}
	onlyRemark  = text{"نقل أحدهم إلى المستشفى قبل إعداد القائمة", "یەکێک گوازراوەتەوە بۆ نەخۆشخانە", "one person taken to hospital before this list was made"}
	documentsAs = map[string]text{
		"national": {"بطاقة وطنية", "کارتی نیشتمانی", "national ID"},
		"civil":    {"هوية الأحوال المدنية", "ناسنامەی باری شارستانی", "civil status ID"},
		"camp":     {"بطاقة مخيم", "کارتی کەمپ", "camp card"},
		"passport": {"جواز سفر", "پاسپۆرت", "passport"},
	}
	sexes = [3][2]string{{"ذكر", "أنثى"}, {"نێر", "مێ"}, {"male", "female"}}

	// allegations are the holding authority's and untested; the lists say so.
	allegations = []text{
		{"ادعاء الجهة الحاجزة: انتماء إلى تنظيم (غير مثبت)", "تۆمەتی لایەنی دەستبەسەرکەر: ئەندامێتی (نەسەلمێنراوە)", "Alleged membership (claim of the holding authority, untested)"},
		{"ادعاء: تقديم دعم (غير مثبت)", "تۆمەت: پشتگیری (نەسەلمێنراوە)", "Alleged support (claim, untested)"},
		{"ادعاء: المشاركة في القتال (غير مثبت)", "تۆمەت: بەشداری لە شەڕ (نەسەلمێنراوە)", "Alleged participation in fighting (claim, untested)"},
		{"لم يذكر ادعاء", "تۆمەت باس نەکراوە", "No allegation stated"},
	}

	healthNotes = []text{
		{"سكري", "شەکرە", "diabetes"},
		{"كرسي متحرك", "کورسی جووڵاو", "wheelchair"},
		{"جرح غير ملتئم", "برینی نەساڕێژبوو", "wound, dressing daily"},
		{"ربو", "ڕەبۆ", "asthma"},
		{"بتر الساق اليسرى", "بڕینەوەی قاچی چەپ", "amputation, left leg"},
		{"ارتفاع ضغط الدم", "بەرزی پەستانی خوێن", "high blood pressure"},
		{"اشتباه بالسل", "گومانی سیل", "suspected tuberculosis"},
		{"صرع", "پەرکەم", "epilepsy"},
	}
	pregnancy = text{"حامل", "دووگیان", "pregnant"}

	languages = map[string]text{
		"ar": {"العربية", "عەرەبی", "Arabic"}, "az": {"الأذرية", "ئازەری", "Azeri"}, "bs": {"البوسنية", "بۆسنی", "Bosnian"},
		"de": {"الألمانية", "ئەڵمانی", "German"}, "en": {"الإنجليزية", "ئینگلیزی", "English"}, "fa": {"الفارسية", "فارسی", "Persian"},
		"fr": {"الفرنسية", "فەڕەنسی", "French"}, "id": {"الإندونيسية", "ئیندۆنیزی", "Indonesian"}, "ky": {"القيرغيزية", "قیرگیزی", "Kyrgyz"},
		"nl": {"الهولندية", "هۆڵەندی", "Dutch"}, "ru": {"الروسية", "ڕووسی", "Russian"}, "so": {"الصومالية", "سۆماڵی", "Somali"},
		"sq": {"الألبانية", "ئەلبانی", "Albanian"}, "sv": {"السويدية", "سویدی", "Swedish"}, "tg": {"الطاجيكية", "تاجیکی", "Tajik"},
		"tk": {"التركمانية", "تورکمانی", "Turkmen"}, "tr": {"التركية", "تورکی", "Turkish"}, "ug": {"الأويغورية", "ئویغوری", "Uyghur"},
		"ur": {"الأردية", "ئوردو", "Urdu"}, "uz": {"الأوزبكية", "ئۆزبەکی", "Uzbek"},
	}
)
