"""placeholder"""
def write(*a, **k): pass
