//go:build !race

package intake

import (
	"bytes"
	"context"
	"io"
	"testing"
)

// BenchmarkText reads a list of six columns; the figure that matters is rows/s.
func BenchmarkText(b *testing.B) {
	src := &manifest{rows: 20_000, left: 20_000}
	src.buf.WriteString("ت,الاسم,الجنس,الجنسية,تاريخ الولادة,ملاحظات\n")
	data, err := io.ReadAll(src)
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, "list.csv", data, 20_000)
}

// BenchmarkWorkbook reads 7,000 rows, the synthetic week of the operation.
func BenchmarkWorkbook(b *testing.B) {
	rows := [][]any{{"ت", "الاسم الكامل", "الجنس", "الجنسية", "تاريخ الولادة", "اسم الأم", "رقم الوثيقة", "ملاحظات"}}
	for i := range 7000 {
		rows = append(rows, []any{i + 1, "محمد علي حسن", "ذكر", "سوري", "17/4/1990", "فاطمة", i, "لا يوجد"})
	}
	benchmark(b, "list.xlsx", workbook(b, map[string][][]any{"s": rows}, []string{"s"}, nil), 7000)
}

func benchmark(b *testing.B, name string, data []byte, rows int) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		rep, err := Read(context.Background(), name, bytes.NewReader(data), int64(len(data)), Options{AsOf: day}, func(Row) error { return nil })
		if err != nil || rep.Good != rows {
			b.Fatal(rep.Good, err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
