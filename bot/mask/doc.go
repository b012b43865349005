// Package mask hides passwords and keys that people paste into tickets, forms and requests, before anything is stored, said or logged. It
// is the one place that knows what a secret looks like.
//
// Where it is called: bot/inbox, on everything that was read of an issue, before a feature sees it (so facts, states, cards, effects and
// the audit trail hold no secret); bot/slack, on what staff type into forms; bot/store, on what a door could not read and on reasons of
// failures. Ids, keys and what is recognised by the vendor's records stay as they are.
//
// In the place of a secret stands 〔秘密情報:KIND〕, so that whoever decides still sees that there was one, and of which kind. It would
// rather hide a harmless word than repeat a secret. Nothing of the secret is left, no hash either: what people choose can be guessed.
//
// It knows no secrets of the configuration (their types print as "[secret]", and the clients redact them), and nothing of vendors.
package mask
