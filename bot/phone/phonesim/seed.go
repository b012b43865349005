package phonesim

// Seed is the world of a provider.
type Seed struct {
	People []Person `json:"people"`
	Faults []Fault  `json:"faults,omitempty"`
}

// SampleSeed is the small support desk of みらいMSP: its people on duty, two at a customer, and numbers at which something else happens.
func SampleSeed() Seed {
	return Seed{People: []Person{
		{Number: "+815000000101", Name: "佐藤 花子(当番)", Behaviour: Answers, Key: "1"},
		{Number: "+815000000102", Name: "鈴木 一郎(副当番)", Behaviour: Answers, Rings: 5, Key: "1"},
		{Number: "+815000000103", Name: "高橋 健(夜間責任者)", Behaviour: NoAnswer},
		{Number: "+815000000104", Name: "田中 美咲(マネージャー)", Behaviour: Voicemail},
		{Number: "+815000000201", Name: "あおぞら商事 情報システム部 山本様", Behaviour: Answers, Rings: 3, Key: "1"},
		{Number: "+815000000202", Name: "あおぞら商事 代表番号", Behaviour: Busy},
		{Number: "+815000000999", Name: "古い連絡先", Behaviour: Invalid},
	}}
}

// Load adds a world to the provider's.
func (s *Server) Load(seed Seed) error {
	if err := s.SetPeople(seed.People...); err != nil {
		return err
	}
	return s.AddFaults(seed.Faults...)
}
