package backlog

// Optional is a field of an update: left alone (the zero value), cleared, or set
// to a value. Zero is a value, not "clear": resolution 0 is Fixed.
type Optional[T any] struct {
	state optionalState
	value T
}

type optionalState uint8

const (
	unset optionalState = iota
	cleared
	given
)

// Set returns an Optional that sends v.
func Set[T any](v T) Optional[T] { return Optional[T]{state: given, value: v} }

// Clear returns an Optional that empties the field.
func Clear[T any]() Optional[T] { return Optional[T]{state: cleared} }

// Get returns the value; ok is false when the field is left alone or cleared.
func (o Optional[T]) Get() (v T, ok bool) { return o.value, o.state == given }

// IsSet tells whether the field is sent at all, as a value or empty.
func (o Optional[T]) IsSet() bool { return o.state != unset }

// IsClear tells whether the field is sent empty.
func (o Optional[T]) IsClear() bool { return o.state == cleared }

// formField lets the form encoder look inside without knowing T.
func (o Optional[T]) formField() (state optionalState, value any) { return o.state, o.value }
