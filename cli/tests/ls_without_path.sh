# A verb without what it is about.
holdall ls
