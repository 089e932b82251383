package intake

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"
)

// workbook reads an Excel workbook sheet by sheet.
func (r *reader) workbook(in *bufio.Reader, size int64) error {
	if size > MaxWorkbook {
		return tooLarge("the workbook")
	}
	var buf bytes.Buffer
	buf.Grow(int(max(size, 0)) + bytes.MinRead)
	if n, err := buf.ReadFrom(io.LimitReader(in, MaxWorkbook+1)); err != nil {
		return r.unreadable(err)
	} else if n > MaxWorkbook {
		return tooLarge("the workbook")
	}
	data := buf.Bytes()
	if !bytes.HasPrefix(data, []byte("PK")) {
		return oldWorkbook(data)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return broken("the archive").Because(err)
	}
	if err := r.inspect(z); err != nil {
		return err
	}
	r.report.Format = "xlsx"
	var book *excelize.File
	err = guard(func() (err error) {
		book, err = excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxHeld})
		return err
	})
	if book != nil {
		defer func() { _ = book.Close() }() // removes the temporary files
	}
	if err != nil {
		return broken("the workbook").Because(err)
	}
	return r.sheets(book)
}

func (r *reader) sheets(book *excelize.File) error {
	err := guard(func() error {
		props, err := book.GetWorkbookProps()
		r.cal.date1904 = props.Date1904 != nil && *props.Date1904
		return errors.Join(err, plainFormats(book))
	})
	if err != nil {
		return broken("the workbook").Because(err)
	}
	names := map[string]bool{}
	for _, name := range book.GetSheetList() {
		if low := strings.ToLower(name); names[low] {
			return broken("the workbook").Because(fmt.Errorf("two sheets are called %q", name))
		} else {
			names[low] = true
		}
		visible, err := book.GetSheetVisible(name)
		if err != nil {
			return broken("sheet " + name).Because(err)
		}
		if err := r.sheet(sheet{name: name, hidden: !visible, lines: r.grid(book, name)}); err != nil {
			return err
		}
	}
	return nil
}

// grid yields the rows of one sheet that have cells.
func (r *reader) grid(book *excelize.File, name string) func(func(line, error) bool) {
	return func(yield func(line, error) bool) {
		var rows *excelize.Rows
		if err := guard(func() (err error) { rows, err = book.Rows(name); return err }); err != nil {
			yield(line{}, broken("sheet "+name).Because(err))
			return
		}
		defer func() { _ = rows.Close() }()
		for no := 1; ; no++ {
			if err := r.ctx.Err(); err != nil {
				yield(line{}, fmt.Errorf("reading %q: %w", r.report.File, err))
				return
			}
			var cells []string
			more := false
			err := guard(func() (err error) {
				if more = rows.Next(); more {
					cells, err = rows.Columns()
				}
				return errors.Join(err, rows.Error())
			})
			if err != nil {
				yield(line{}, broken("sheet "+name).Because(err))
				return
			}
			if !more {
				return
			}
			if len(cells) > 0 && !yield(line{no: no, cells: cells}, nil) {
				return
			}
		}
	}
}

// guard turns a panic of the library on a damaged workbook into an error.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("reading the workbook: %v", p)
		}
	}()
	return f()
}

// plainFormats makes the library show dates as ISO, as exact as the workbook shows them, and numbers with all their digits,
// whatever format the cells have. Only leading zeros stay, which belong to document numbers.
func plainFormats(book *excelize.File) error {
	styles := book.Styles
	if styles == nil || styles.CellXfs == nil {
		return nil
	}
	codes := map[int]string{}
	if styles.NumFmts != nil {
		for _, f := range styles.NumFmts.NumFmt {
			codes[f.NumFmtID] = f.FormatCode
		}
	}
	cells := len(styles.CellXfs.Xf)
	iso := map[string]int{"yyyy-mm-dd": 0, "yyyy-mm": 0, "yyyy": 0}
	for code := range iso {
		style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err != nil {
			return err
		}
		iso[code] = *styles.CellXfs.Xf[style].NumFmtID
	}
	for i := range styles.CellXfs.Xf[:cells] {
		id := styles.CellXfs.Xf[i].NumFmtID
		if id == nil {
			id = new(int)
			styles.CellXfs.Xf[i].NumFmtID = id
		}
		code, custom := codes[*id]
		if !custom {
			code = builtinDates[*id]
		}
		plain := strings.ToLower(quoted.ReplaceAllString(code, ""))
		switch {
		case strings.Contains(plain, "d"):
			*id = iso["yyyy-mm-dd"]
		case strings.Contains(plain, "y") && strings.Contains(plain, "m"):
			*id = iso["yyyy-mm"]
		case strings.Contains(plain, "y"):
			*id = iso["yyyy"]
		case !zeros.MatchString(code):
			*id = asStored
		}
	}
	return nil
}

// asStored is the id of no format: the library then gives a number as the file holds it, not as "1.2E+11".
const asStored = 1 << 30

var (
	quoted = regexp.MustCompile(`"[^"]*"|\\.|\[[^\]]*\]|_.|\*.`)
	zeros  = regexp.MustCompile(`^0[0\\\- /]*0$`)
	// builtinDates are the number formats for dates that workbooks name by number only (ECMA-376 part 1, 18.8.30).
	builtinDates = map[int]string{
		14: "d/m/y", 15: "d/m/y", 16: "d/m", 17: "m/y", 22: "d/m/y", 27: "y/m", 28: "d/m", 29: "d/m", 30: "d/m/y", 31: "d/m/y",
		36: "y/m/d", 50: "y/m/d", 51: "d/m", 52: "y/m", 53: "d/m", 54: "d/m", 55: "y/m", 56: "d/m", 57: "y/m", 58: "d/m",
	}
)
