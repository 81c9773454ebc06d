// Package ext has no extensions. Traefik's own module of this name is not published.
package ext

type (
	HTTP   struct{}
	Router struct{}
)

func (in *HTTP) DeepCopyInto(out *HTTP)     { *out = *in }
func (in *Router) DeepCopyInto(out *Router) { *out = *in }
