holdall __man keep
