package config

// Retention says how long what is finished is kept. What is open, waits or is a dead letter is never removed.
type Retention struct {
	// RawEventsDays are the days of handled events and of what a door could not read.
	RawEventsDays int `yaml:"raw_events_days" min:"7" max:"3650"`
	// MessagesDays are the days of mails and calls.
	MessagesDays int `yaml:"messages_days" min:"30" max:"3650"`
	// RecordedDays are the days of decisions with all that they were made of, for a comparison with another version (toban replay); 0 records none.
	RecordedDays int `yaml:"recorded_days" min:"0" max:"60"`
	// RecordsYears are the years of ended tickets with their history, clocks, audit and effects; the yearly report needs two.
	RecordsYears int `yaml:"records_years" min:"2" max:"30"`
}

func defaultRetention() Retention {
	const days, year, years = 90, 365, 7
	return Retention{RawEventsDays: days, MessagesDays: year, RecordsYears: years}
}
