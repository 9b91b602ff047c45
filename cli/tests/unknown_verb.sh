# A verb that there is not.
holdall lst
