
D

blocks
by_name
	first
kept
save_counter*

0
1*
#
a
with/slash.and.dot*


kernel
	bias*
=7
VARIABLE_VALUEkeptkept/.ATTRIBUTES/VARIABLE_VALUE*
MG
VARIABLE_VALUEsave_counter'save_counter/.ATTRIBUTES/VARIABLE_VALUE*



kernel
bias*
ZT
VARIABLE_VALUEVariable8by_name/with.Sslash..and..dot/.ATTRIBUTES/VARIABLE_VALUE*
GA
VARIABLE_VALUEkernel'first/kernel/.ATTRIBUTES/VARIABLE_VALUE*
C=
VARIABLE_VALUEbias%first/bias/.ATTRIBUTES/VARIABLE_VALUE*
JD
VARIABLE_VALUEkernel*blocks/1/kernel/.ATTRIBUTES/VARIABLE_VALUE*
F@
VARIABLE_VALUEbias(blocks/1/bias/.ATTRIBUTES/VARIABLE_VALUE*