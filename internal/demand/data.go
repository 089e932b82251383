package demand

// town is where a prison is invented: the chief town of a province, by ISO 3166-2.
type town struct {
	province  string
	lat, lon  float64
	languages []string // spoken by the staff of the invented prison
}

var towns = []town{
	{"IQ-NI", 36.34, 43.13, []string{"ar", "ckb", "tr"}}, // Mosul
	{"IQ-BB", 32.48, 44.43, []string{"ar", "en"}},        // Hillah
	{"IQ-DQ", 31.05, 46.26, []string{"ar"}},              // Nasiriyah
	{"IQ-BG", 33.31, 44.37, []string{"ar", "en", "fr", "ru"}},
	{"IQ-KI", 35.47, 44.39, []string{"ar", "ckb", "tr"}}, // Kirkuk
	{"IQ-BA", 30.51, 47.78, []string{"ar", "en"}},
	{"IQ-SD", 34.61, 43.68, []string{"ar"}},              // Tikrit
	{"IQ-WA", 32.51, 45.83, []string{"ar", "ru"}},        // Kut
	{"IQ-AN", 33.43, 43.30, []string{"ar"}},              // Ramadi
	{"IQ-SU", 35.56, 45.43, []string{"ckb", "ar", "en"}}, // Sulaymaniyah
	{"IQ-DI", 33.75, 44.64, []string{"ar", "ckb"}},       // Baqubah
	{"IQ-QA", 31.99, 44.93, []string{"ar", "fr"}},        // Diwaniyah
	{"IQ-AR", 36.19, 44.01, []string{"ckb", "ar", "tr", "en"}},
	{"IQ-NA", 32.03, 44.34, []string{"ar"}},
	{"IQ-KA", 32.61, 44.02, []string{"ar"}},
	{"IQ-MA", 31.84, 47.15, []string{"ar"}}, // Amarah
	{"IQ-MU", 31.31, 45.28, []string{"ar"}}, // Samawah
	{"IQ-DA", 36.87, 42.99, []string{"ckb", "ar"}},
}

// nation is a nationality, how many of 7,000 have it and what most of them speak.
type nation struct {
	code     string
	people   float64
	language string
}

// nations are the week of 2026 scaled from what was reported; what no country answers to is X, and the last are an invented mix.
var nations = []nation{
	{"SYR", 3379, "ar"},
	{"IRQ", 2000, "ar"},
	{"TUN", 223, "ar"},
	{"MAR", 178, "ar"},
	{"TUR", 173, "tr"},
	{"TKM", 157, "tk"},
	{"RUS", 124, "ru"},
	{"EGY", 111, "ar"},
	{"SAU", 65, "ar"},
	{"TJK", 60, "ru"},
	{"AZE", 52, "tr"},
	{"KGZ", 40, "ru"},
	{"UZB", 34, "ru"},
	{"DEU", 26, "en"},
	{"IRN", 22, "fa"},
	{"AUS", 12, "en"},
	{"GBR", 10, "en"},
	{"NLD", 9, "en"},
	{"CHN", 5, "ug"},
	{"CAN", 5, "en"},
	{"FRA", 4, "fr"},
	{"SWE", 4, "en"},
	{"KAZ", 4, "ru"},
	{"ISR", 1, "ar"},
	{"DZA", 39, "fr"},
	{"X", 263, ""},
}

// source is where people wait, with its part of them.
type source struct {
	code  string
	share float64
}

var sources = []source{
	{"SY-GHW", 30}, {"SY-HSK", 20}, {"SY-SHD", 16}, {"SY-MLK", 12}, {"SY-QAM", 8}, {"SY-RAQ", 7}, {"SY-HOL", 5}, {"SY-TBQ", 2},
}
