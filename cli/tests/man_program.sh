holdall __man | head -12
