// Package replay decides recorded events again, with this version and this configuration, and tells what would be otherwise. It reads what the inbox
// recorded ([inbox.Record]) and changes nothing: no event, no ticket, nothing that goes out.
package replay
