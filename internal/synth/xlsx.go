package synth

import (
	"bytes"
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"
)

// write makes one source's file.
func (w *week) write(i int) (File, error) {
	src := &sources[i]
	var (
		body []byte
		err  error
	)
	if src.workbook() {
		body, err = w.workbook(i)
	} else {
		body, err = encodeCSV(src, w.list(i, 0))
	}
	if err != nil {
		return File{}, fmt.Errorf("write %s: %w", src.name, err)
	}
	return File{Name: src.name, Bytes: body}, nil
}

func (w *week) workbook(i int) ([]byte, error) {
	src := &sources[i]
	sheets := make([]*sheet, 0, 1+len(src.sections))
	first := len(w.truth.Totals)
	for c := range src.sections {
		sheets = append(sheets, w.list(i, c))
	}
	if src.cover {
		sheets = append([]*sheet{w.cover(src, w.truth.Totals[first:])}, sheets...)
	}
	return encodeWorkbook(sheets, src.in != inEnglish, w.plan.AsOf)
}

// cover repeats the totals of the sheets and adds them up, not always rightly.
func (w *week) cover(src *source, parts []Total) *sheet {
	s := &sheet{name: summary[src.in]}
	s.rows = append(s.rows, []any{facilities[src.facility][src.in]}, []any{synthetic[src.in]}, nil)
	stated, listed := 0, 0
	for _, part := range parts {
		s.rows = append(s.rows, []any{part.Sheet, part.Stated})
		stated += part.Stated
		listed += part.Listed
	}
	w.total(s, Ref{src.name, s.name, len(s.rows) + 1}, total[src.in], stated+src.coverOff, listed)
	return s
}

// encodeWorkbook writes the sheets as XLSX. Created and modified are fixed, and
// the zip entries carry no time, so the bytes depend on the content alone.
func encodeWorkbook(sheets []*sheet, rightToLeft bool, day time.Time) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	stamp := day.Format(time.RFC3339)
	if err := f.SetDocProps(&excelize.DocProperties{
		Title: "Synthetic data", Description: "Everybody in this file is invented.", Creator: "synth", Created: stamp, Modified: stamp,
	}); err != nil {
		return nil, fmt.Errorf("set document properties: %w", err)
	}
	layout := "dd/mm/yyyy"
	date, err := f.NewStyle(&excelize.Style{CustomNumFmt: &layout})
	if err != nil {
		return nil, fmt.Errorf("make date style: %w", err)
	}
	for i, s := range sheets {
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.name)
		} else {
			_, err = f.NewSheet(s.name)
		}
		if err != nil {
			return nil, fmt.Errorf("make sheet %q: %w", s.name, err)
		}
		if err := f.SetSheetView(s.name, 0, &excelize.ViewOptions{RightToLeft: &rightToLeft}); err != nil {
			return nil, fmt.Errorf("set view of sheet %q: %w", s.name, err)
		}
		if err := fill(f, s, date); err != nil {
			return nil, fmt.Errorf("fill sheet %q: %w", s.name, err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return b.Bytes(), nil
}

func fill(f *excelize.File, s *sheet, date int) error {
	for r, cells := range s.rows {
		for c, v := range cells {
			if v == nil || v == "" {
				continue
			}
			at, err := excelize.CoordinatesToCellName(c+1, r+1)
			if err != nil {
				return err
			}
			if err := f.SetCellValue(s.name, at, v); err != nil {
				return err
			}
			if _, ok := v.(time.Time); ok {
				if err := f.SetCellStyle(s.name, at, at, date); err != nil {
					return err
				}
			}
		}
	}
	if err := f.SetColWidth(s.name, "A", "P", 20); err != nil {
		return err
	}
	for _, m := range s.merged {
		from, err := excelize.CoordinatesToCellName(m[0], m[1])
		if err != nil {
			return err
		}
		to, err := excelize.CoordinatesToCellName(m[2], m[3])
		if err != nil {
			return err
		}
		if err := f.MergeCell(s.name, from, to); err != nil {
			return err
		}
	}
	return nil
}
