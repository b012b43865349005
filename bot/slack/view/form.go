package view

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
)

// Limits of a modal view (https://docs.slack.dev/reference/views/modal-views).
const (
	maxInputs  = 90
	maxText    = 3000
	maxOptions = 100
	maxOption  = 75

	previewRoom = 20 // blocks that a preview takes at most
)

// Dialogue is a form to be shown as a modal.
type Dialogue struct {
	Form     bot.Form
	Action   string // becomes the callback id
	About    string // the ticket's key and title, above the fields
	Metadata string // comes back with the submission
	Shows    bool   // offers to show what the customer would read
	Preview  []string
}

// ActionPreview is the button in a form that shows what the customer would read.
const ActionPreview = "form.preview"

// previewed is how much of a preview is shown, in pieces of a section.
const previewed = 6

// preview is the button and below it what was found; block ids are its own, so that what is typed above stays.
func (d Dialogue) preview() []slackgo.Block {
	if !d.Shows {
		return nil
	}
	show := slackgo.NewButtonBlockElement(ActionPreview, "", plain("お客様が読む文面を確認", 75))
	out := []slackgo.Block{slackgo.NewActionBlock("preview", show)}
	for i, line := range d.Preview {
		if i > 0 {
			out = append(out, slackgo.NewDividerBlock())
		}
		for _, t := range pieces(Clean(line), 2900, previewed) {
			out = append(out, slackgo.NewSectionBlock(plain(t, 2900), nil, nil))
		}
	}
	return out[:min(len(out), previewRoom)]
}

// Modal renders the form. It fails for a form that nobody could fill in.
func (d Dialogue) Modal() (slackgo.ModalViewRequest, error) {
	if len(d.Form.Inputs) > maxInputs {
		return slackgo.ModalViewRequest{}, fmt.Errorf("building form of %s: %d inputs, Slack shows at most %d", d.Action, len(d.Form.Inputs), maxInputs)
	}
	blocks := []slackgo.Block{slackgo.NewContextBlock("", plain(Line(d.About), 300))}
	for _, t := range pieces(Clean(d.Form.Intro), 2900, 3) {
		blocks = append(blocks, slackgo.NewSectionBlock(plain(t, 2900), nil, nil))
	}
	for _, in := range d.Form.Inputs {
		e, err := element(in)
		if err != nil {
			return slackgo.ModalViewRequest{}, fmt.Errorf("building form of %s: %w", d.Action, err)
		}
		var hint *slackgo.TextBlockObject
		if in.Hint != "" {
			hint = plain(Clean(in.Hint), 2000)
		}
		blocks = append(blocks, slackgo.NewInputBlock(in.ID, plain(Line(in.Label), 2000), hint, e).WithOptional(in.Optional))
	}
	if len(d.Form.Inputs) < maxInputs-previewRoom {
		blocks = append(blocks, d.preview()...)
	}
	submit := d.Form.Submit
	if submit == "" {
		submit = "送信"
	}
	return slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: d.Action, PrivateMetadata: d.Metadata,
		Title: plain(Line(d.Form.Title), 24), Submit: plain(Line(submit), 24), Close: plain("閉じる", 24),
		Blocks: slackgo.Blocks{BlockSet: blocks},
	}, nil
}

func element(in bot.Input) (slackgo.BlockElement, error) {
	switch in.Type {
	case bot.InputText, bot.InputArea:
		e := slackgo.NewPlainTextInputBlockElement(nil, in.ID)
		e.Multiline = in.Type == bot.InputArea
		e.MaxLength = maxText
		if in.Max > 0 && in.Max < maxText {
			e.MaxLength = in.Max
		}
		e.InitialValue = cut(Clean(in.Initial), e.MaxLength, "")
		if in.Type == bot.InputText {
			e.InitialValue = cut(Line(in.Initial), e.MaxLength, "")
		}
		return e, nil
	case bot.InputDateTime:
		e := slackgo.NewDateTimePickerBlockElement(in.ID)
		if t, err := time.Parse(time.RFC3339, in.Initial); err == nil {
			e.InitialDateTime = t.Unix()
		}
		return e, nil
	case bot.InputSelect:
		return choices(in)
	}
	return nil, fmt.Errorf("input %q has the unknown type %q", in.ID, in.Type)
}

// choices makes a select; more than 100 options are shown in groups.
func choices(in bot.Input) (slackgo.BlockElement, error) {
	if len(in.Options) == 0 || len(in.Options) > maxOptions*maxOptions {
		return nil, fmt.Errorf("input %q has %d options", in.ID, len(in.Options))
	}
	var all []*slackgo.OptionBlockObject
	var first *slackgo.OptionBlockObject
	for _, o := range in.Options {
		label := Line(o.Label)
		if label == "" {
			label = Line(o.Value)
		}
		x := slackgo.NewOptionBlockObject(optionValue(o.Value), plain(label, maxOption), nil)
		if o.Value == in.Initial && first == nil && in.Initial != "" {
			first = x
		}
		all = append(all, x)
	}
	hint := plain("選んでください", 150)
	if len(all) <= maxOptions {
		return slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, hint, in.ID, all...).WithInitialOption(first), nil
	}
	var groups []*slackgo.OptionGroupBlockObject
	for i := 0; i < len(all); i += maxOptions {
		end := min(i+maxOptions, len(all))
		groups = append(groups, slackgo.NewOptionGroupBlockElement(plain(fmt.Sprintf("%d〜%d", i+1, end), maxOption), all[i:end]...))
	}
	return slackgo.NewOptionsGroupSelectBlockElement(slackgo.OptTypeStatic, hint, in.ID, groups...).WithInitialOption(first), nil
}

// optionValue keeps within Slack's 75 characters: a long value is named by its hash.
func optionValue(v string) string {
	if shorter(v, maxOption) {
		return v
	}
	sum := sha256.Sum256([]byte(v))
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// Entered is what a view submission says of one field.
type Entered struct {
	Value            string `json:"value"`
	SelectedDateTime int64  `json:"selected_date_time"` // seconds since 1970
	SelectedOption   struct {
		Value string `json:"value"`
	} `json:"selected_option"`
}

// Values reads a submission by block and action id, which are both the input's. Datetimes become RFC 3339 in zone. Empty fields are
// left out; fields that the form does not know are kept, so that Form.Check refuses them.
func Values(f bot.Form, state map[string]map[string]Entered, zone *time.Location) map[string]string {
	out := map[string]string{}
	kinds := map[string]bot.Input{}
	for _, in := range f.Inputs {
		kinds[in.ID] = in
	}
	for block, fields := range state {
		for _, e := range fields {
			in, known := kinds[block]
			v := e.Value
			switch {
			case e.SelectedDateTime != 0:
				v = time.Unix(e.SelectedDateTime, 0).In(zone).Format(time.RFC3339)
			case in.Type == bot.InputDateTime:
				// No element of Slack's gives a datetime as text. One that can be read is written as all others are; Form.Check refuses the rest.
				if at, err := time.Parse(time.RFC3339, v); err == nil {
					v = at.In(zone).Format(time.RFC3339)
				}
			case e.SelectedOption.Value != "":
				v = e.SelectedOption.Value
				for _, o := range in.Options {
					if optionValue(o.Value) == v {
						v = o.Value
						break
					}
				}
			}
			if v != "" || !known {
				out[block] = v
			}
		}
	}
	return out
}
