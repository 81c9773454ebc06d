package auth

import "net/http"

// CheckSecret reports whether secret, an entry of an htpasswd file, was made from password.
func CheckSecret(password, secret string) bool {
	user := "user"
	request := &http.Request{Header: http.Header{}}
	request.SetBasicAuth(user, password)
	basic := &BasicAuth{Secrets: func(string, string) string { return secret }}
	return basic.CheckAuth(request) == user
}

// RequireAuthStale asks for credentials. The released module does not distinguish stale nonces from missing ones.
func (a *DigestAuth) RequireAuthStale(w http.ResponseWriter, r *http.Request) { a.RequireAuth(w, r) }
