"""Measurements of kg on the machine that it runs on; each module is one, run by name.

    python -m kg.bench              what there is
    python -m kg.bench kills --rounds 50

A figure is compared within one run, as a ratio: machines differ, and are busy at times.
"""
