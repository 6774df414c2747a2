"""The inbox: what needs me now?"""
