package tree

import "github.com/goccy/go-yaml"

// JSON turns YAML into JSON, for readers that take only that.
func JSON(src []byte) ([]byte, error) { return yaml.YAMLToJSON(src) }
