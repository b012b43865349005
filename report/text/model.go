package text

// Doc is a document: its blocks from top to bottom.
type Doc []Block

// Block is a part of a document that stands on lines of its own.
type Block interface{ block() }

// Inline is a part of a line.
type Inline interface{ inline() }

// Line is a sequence of inline parts: a list item, a table cell.
type Line []Inline

// Heading is a heading of level 1 to 6 (Backlog notation shows four of them). Other levels count as the nearest.
type Heading struct {
	Level int
	Text  string
}

// Para is a paragraph. A line break inside a Text, or a Break, starts a new line of the same paragraph.
type Para []Inline

// List is a list of points, or of numbered points.
type List struct {
	Ordered bool
	Items   []Item
}

// Item is a point of a list with the points below it.
type Item struct {
	Line Line
	Sub  []Item
}

// Table is a table with one head row. Rows shorter than the head are filled up, longer ones keep their cells.
type Table struct {
	Head    []string
	Right   []int // the columns, from 0, that hold numbers; only Markdown and HTML can set them flush right
	RowHead bool  // the first column names the row
	Rows    [][]Line
}

// Image shows a file that is attached to the page or issue. Alt is what is said where the image can't be seen.
type Image struct{ File, Alt string }

// Code is text that is shown to the letter in a fixed-width face.
type Code struct{ Language, Text string }

// Quote is somebody's words, line breaks kept, signs disarmed.
type Quote struct{ Text string }

func (Heading) block() {}
func (Para) block()    {}
func (List) block()    {}
func (Table) block()   {}
func (Image) block()   {}
func (Code) block()    {}
func (Quote) block()   {}

// Text is plain text from anywhere; it is always escaped.
type Text string

// Bold is plain text in bold.
type Bold string

// Bad is a mark or word that must catch the eye, such as × for a miss: red in Backlog notation, bold in
// Markdown, which has no colours.
type Bad string

// Issue is the key of an issue, such as ACME-12, shown as a link to it. What is no key is shown as text.
type Issue string

// Page is the name of a wiki page of the same project, shown as a link to it.
type Page string

// Link is a link to an http(s) address under a label; without a label the address shows. Any other
// address is shown as text.
type Link struct{ Label, URL string }

// Break starts a new line in a paragraph or cell.
type Break struct{}

func (Text) inline()  {}
func (Bold) inline()  {}
func (Bad) inline()   {}
func (Issue) inline() {}
func (Page) inline()  {}
func (Link) inline()  {}
func (Break) inline() {}
