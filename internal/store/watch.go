package store

import "sync"

// watch lets any number of readers wait for the next commit.
type watch struct {
	mu   sync.Mutex
	next chan struct{}
}

// Changed gives a channel that is closed by the next commit of this process.
func (s *Store) Changed() <-chan struct{} {
	s.watch.mu.Lock()
	defer s.watch.mu.Unlock()
	if s.watch.next == nil {
		s.watch.next = make(chan struct{})
	}
	return s.watch.next
}

func (s *Store) changed() {
	s.watch.mu.Lock()
	defer s.watch.mu.Unlock()
	if s.watch.next != nil {
		close(s.watch.next)
		s.watch.next = nil
	}
}
